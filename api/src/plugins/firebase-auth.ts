import { initializeApp } from 'firebase-admin/app'
import { getAuth } from 'firebase-admin/auth'
import type { VerifyIdToken } from './operator-auth.ts'

/** Verifies ID tokens of a Firebase project, revocation included. Against the Auth emulator where its host is in the environment. */
export function firebaseVerifier(projectId: string): VerifyIdToken {
  const auth = getAuth(initializeApp({ projectId }, `auth of ${projectId}`))
  return (token) => auth.verifyIdToken(token, true)
}

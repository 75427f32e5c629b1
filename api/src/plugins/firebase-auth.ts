import { type App, getApps, initializeApp } from 'firebase-admin/app'
import { getAuth } from 'firebase-admin/auth'
import type { VerifyIdToken } from './operator-auth.ts'

/** Verifies ID tokens of a Firebase project, revocation included. Against the Auth emulator where its host is in the environment. */
export function firebaseVerifier(projectId: string): VerifyIdToken {
  const auth = getAuth(authApp(projectId))
  return (token) => auth.verifyIdToken(token, true)
}

export function authApp(projectId: string): App {
  const name = `auth of ${projectId}`
  return getApps().find((app) => app.name === name) ?? initializeApp({ projectId }, name)
}

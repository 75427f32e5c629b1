import { randomBytes } from 'node:crypto'
import { type Auth, getAuth, type UserRecord } from 'firebase-admin/auth'
import type { Accounts } from '../services/deps.ts'
import { authApp } from './firebase-auth.ts'

/** Operators' accounts in Firebase Auth. */
export function firebaseAccounts(projectId: string): Accounts {
  const auth = getAuth(authApp(projectId))
  return {
    async invite(email, name) {
      const known = (await findUser(auth, email)) ?? (await createUser(auth, email, name))
      const uid = typeof known === 'string' ? known : known.uid
      if (typeof known !== 'string') await takeOver(auth, known)
      return { uid, invitationUrl: await auth.generatePasswordResetLink(email) }
    },
    async setDisabled(uid, disabled) {
      await auth.updateUser(uid, { disabled })
    },
    signOut: (uid) => auth.revokeRefreshTokens(uid),
  }
}

/** The uid of a new account, or the account that somebody else made at the same moment. */
async function createUser(auth: Auth, email: string, displayName: string): Promise<string | UserRecord> {
  try {
    return (await auth.createUser({ email, displayName })).uid
  } catch (error) {
    if ((error as { code?: string }).code === 'auth/email-already-exists') return auth.getUserByEmail(email)
    throw error
  }
}

async function findUser(auth: Auth, email: string): Promise<UserRecord | undefined> {
  try {
    return await auth.getUserByEmail(email)
  } catch (error) {
    if ((error as { code?: string }).code === 'auth/user-not-found') return undefined
    throw error
  }
}

/** Somebody may have signed up with an e-mail that is not his: its password must not open what the invited person gets. */
async function takeOver(auth: Auth, user: UserRecord): Promise<void> {
  const password = user.emailVerified ? {} : { password: randomBytes(32).toString('base64url') }
  await auth.updateUser(user.uid, { disabled: false, ...password })
  if (!user.emailVerified) await auth.revokeRefreshTokens(user.uid)
}

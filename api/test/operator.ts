import { randomUUID } from 'node:crypto'
import type { Role } from '@turnpike/contracts/operator.ts'
import { startAuthEmulator } from '@turnpike/local/auth-emulator.ts'
import { operatorSites, operators } from '../src/db/schema.ts'
import { firebaseAccounts } from '../src/plugins/firebase-accounts.ts'
import { firebaseVerifier } from '../src/plugins/firebase-auth.ts'
import type { CarPark } from './car-park.ts'

export type TestOperator = { id: string; uid: string; email: string; token: string }

/** Firebase's own Auth emulator, and the verifier that ships, pointed at it. */
export async function openSignIn() {
  const projectId = `demo-${randomUUID().slice(0, 8)}`
  const emulator = await startAuthEmulator({ port: 0, projectId })
  process.env.FIREBASE_AUTH_EMULATOR_HOST = emulator.host
  const call = async (path: string, body: unknown) => {
    const response = await fetch(`${emulator.url}/identitytoolkit.googleapis.com/v1/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as { localId: string; idToken: string }
  }
  const password = 'correct horse'
  const signIn = async (email: string) =>
    (await call('accounts:signInWithPassword?key=demo', { email, password, returnSecureToken: true })).idToken
  return {
    projectId,
    emulatorHost: emulator.host,
    verifyIdToken: firebaseVerifier(projectId),
    accounts: firebaseAccounts(projectId),
    stop: emulator.stop,
    signIn,
    /** A person with an account in Firebase; not an operator until Postgres says so. */
    async account({ emailVerified = true } = {}) {
      const email = `${randomUUID()}@parking.example`
      const { localId: uid } = await call(`projects/${projectId}/accounts`, { email, password, emailVerified })
      return { uid, email, token: await signIn(email) }
    },
    /** Follows the link of an invitation as the person does: sets a password, and signs in with it. */
    async acceptInvitation(invitationUrl: string, email: string) {
      const oobCode = new URL(invitationUrl).searchParams.get('oobCode')
      await call('accounts:resetPassword?key=demo', { oobCode, newPassword: password })
      return signIn(email)
    },
  }
}

export type SignIn = Awaited<ReturnType<typeof openSignIn>>

/** An operator of these sites, signed in. */
export async function addOperator(park: CarPark, signIn: SignIn, role: Role, siteIds: string[]): Promise<TestOperator> {
  const account = await signIn.account()
  const id = randomUUID()
  const { db } = park.database
  await db.insert(operators).values({ id, firebaseUid: account.uid, email: account.email, name: role, role })
  for (const siteId of siteIds) await db.insert(operatorSites).values({ operatorId: id, siteId })
  return { id, ...account }
}

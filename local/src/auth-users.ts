import { operators } from './demo-data.ts'
import type { DemoKeys } from './demo-keys.ts'

/** Creates the demo's operators in the Auth emulator, whose memory is empty at every start, under the uids that Postgres knows. */
export async function createAuthUsers(authUrl: string, projectId: string, keys: DemoKeys): Promise<void> {
  for (const { uid, email, name } of operators) {
    const answer = await fetch(`${authUrl}/identitytoolkit.googleapis.com/v1/projects/${projectId}/accounts`, {
      method: 'POST',
      headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
      body: JSON.stringify({
        localId: uid,
        email,
        emailVerified: true,
        displayName: name,
        password: keys.operators[email],
      }),
    })
    if (!answer.ok)
      throw new Error(`The Auth emulator did not create ${email}: ${answer.status} ${await answer.text()}`)
  }
}

/**
 * Signs an operator in as the console does and returns the ID token.
 * @throws Error when the emulator refuses.
 */
export async function signIn(authUrl: string, email: string, password: string): Promise<string> {
  const answer = await fetch(`${authUrl}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, returnSecureToken: true }),
  })
  if (!answer.ok) throw new Error(`The Auth emulator refused ${email}: ${answer.status}`)
  return ((await answer.json()) as { idToken: string }).idToken
}

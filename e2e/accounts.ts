import { type OperatorItem, operatorItem } from '@turnpike/contracts/operator.ts'
import { pageOf } from '@turnpike/contracts/page.ts'
import type { Stack } from '@turnpike/contracts/stack.ts'
import { signIn } from '@turnpike/local/auth-users.ts'

/* Operators beside the browser: what the API and Firestore answer to somebody's token, and what the Auth emulator would have mailed. */

export function tokenOf(stack: Stack, role: string): Promise<string> {
  const { email, password } = stack.operators.find((operator) => operator.role === role)!
  return signIn(stack.auth, email, password)
}

export function ask(
  stack: Stack,
  token: string,
  path: string,
  change?: { method: string; body?: object; version?: number },
) {
  return fetch(stack.api + path, {
    method: change?.method ?? 'GET',
    headers: {
      authorization: `Bearer ${token}`,
      ...(change?.body && { 'content-type': 'application/json' }),
      ...(change?.version && { 'if-match': `"${change.version}"` }),
    },
    ...(change?.body && { body: JSON.stringify(change.body) }),
  })
}

/** What Firestore answers, under its rules, to somebody who reads a document anew. */
export async function firestoreStatus(stack: Stack, token: string, path: string): Promise<number> {
  const documents = `${stack.firestore}/v1/projects/${stack.projectId}/databases/(default)/documents`
  const answer = await fetch(`${documents}/${path}`, { headers: { authorization: `Bearer ${token}` } })
  await answer.body?.cancel()
  return answer.status
}

export async function findOperator(stack: Stack, adminToken: string, email: string): Promise<OperatorItem> {
  const { items } = pageOf(operatorItem).parse(await (await ask(stack, adminToken, '/v1/operators')).json())
  return items.find((item) => item.email === email)!
}

/** Sets a password by a link that the emulator has made, as its page does. */
export async function setPassword(link: string, newPassword: string): Promise<void> {
  const answer = await fetch(`${link}&newPassword=${encodeURIComponent(newPassword)}`)
  if (!answer.ok) throw new Error(`The link was refused: ${answer.status} ${await answer.text()}`)
}

/** The newest link that was mailed to somebody to set a password. */
export async function mailedLink({ auth, projectId }: Stack, email: string): Promise<string | undefined> {
  const answer = await fetch(`${auth}/emulator/v1/projects/${projectId}/oobCodes`)
  const { oobCodes } = (await answer.json()) as { oobCodes: { email: string; requestType: string; oobLink: string }[] }
  return oobCodes.findLast((code) => code.email === email && code.requestType === 'PASSWORD_RESET')?.oobLink
}

/** Claims in somebody's tokens from now on, as whoever administers the Firebase project could set them. */
export async function claim({ auth, projectId }: Stack, uid: string, claims: object): Promise<void> {
  const url = `${auth}/identitytoolkit.googleapis.com/v1/projects/${projectId}/accounts:update`
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    body: JSON.stringify({ localId: uid, customAttributes: JSON.stringify(claims) }),
  })
  if (!answer.ok) throw new Error(`The claims were refused: ${answer.status}`)
}

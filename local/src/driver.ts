import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { checkoutAnswer, type QuoteAnswer, quoteAnswer } from '@turnpike/contracts/quote.ts'
import type { Stack } from '@turnpike/contracts/stack.ts'
import { postRead } from './camera.ts'
import { gates } from './demo-data.ts'

/** How long a lane belongs to one car: it comes to a halt, the barrier opens, it drives through. */
const laneMs = 1500
const laneFreeAt = new Map<string, number>()
const opensByReply = new Set(gates.filter(({ actuation }) => actuation === 'reply').map(({ id }) => id))

export type Gate = Stack['gates'][number]

/** Drives up to a gate once its lane is free and is read there. Where the camera's answer opens the barrier, the car drives through. */
export async function driveUp(stack: Stack, gate: Gate, plate: string): Promise<TurnpikeAnswer | undefined> {
  const camera = stack.cameras.find(({ gateId }) => gateId === gate.id)
  if (camera === undefined) throw new Error(`Gate ${gate.id} has no camera in .local/stack.json`)
  const from = Math.max(Date.now(), laneFreeAt.get(gate.id) ?? 0)
  laneFreeAt.set(gate.id, from + laneMs)
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, from - Date.now())))
  const answer = await postRead(stack.api, camera, plate)
  if (answer?.openBarrier && opensByReply.has(gate.id)) await driveThrough(stack, gate)
  return answer
}

/** Such a lane has no command stream to tell its controller of the car: its loop does. */
async function driveThrough({ api }: Stack, { id, key }: Gate): Promise<void> {
  await post(`${api}/v1/gates/${id}/passages`, { kind: 'passed', occurredAt: new Date().toISOString() }, key)
}

/**
 * Pays what a vehicle owes at a site, as its driver would: asks for the sum, goes to the provider's page, presses pay.
 * Returns the sum, or undefined when nothing is owed.
 */
export async function pay(stack: Stack, siteId: string, plate: string): Promise<QuoteAnswer['quote']> {
  const { quote } = quoteAnswer.parse(await post(`${stack.api}/v1/quotes`, { siteId, plate }))
  if (quote === null) return null
  const checkout = await post(`${stack.api}/v1/quotes/${quote.id}/checkout`, { provider: 'stripe' })
  const { redirectUrl } = checkoutAnswer.parse(checkout)
  await pressPay(redirectUrl)
  return quote
}

/** Sends the form of the provider's page, as the button on it does. */
async function pressPay(pageUrl: string): Promise<void> {
  const page = await (await fetch(pageUrl)).text()
  const action = /<form[^>]*\baction="([^"]+)"/.exec(page)?.[1]
  if (action === undefined) throw new Error(`The provider's page ${pageUrl} has no form to send`)
  const answer = await fetch(new URL(action.replaceAll('&amp;', '&'), pageUrl), { method: 'POST', redirect: 'manual' })
  if (answer.status >= 400) throw new Error(`The provider refused the payment: ${answer.status} ${await answer.text()}`)
}

async function post(url: string, body: object, key?: string): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  })
  if (!answer.ok) throw new Error(`${new URL(url).pathname}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

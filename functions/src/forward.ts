import { setTimeout as pause } from 'node:timers/promises'
import { type PaymentEvent, type PaymentEventReceipt, paymentEventReceipt } from '@turnpike/contracts/payment-event.ts'
import type { Core } from './config.ts'
import { CoreRefused, CoreUnavailable } from './errors.ts'
import { identityToken } from './identity-token.ts'
import { signToken } from './sign-token.ts'

/** For all attempts together. The provider waits meanwhile; it comes back by itself, but maybe only in an hour. */
const deadlineMs = 8000

/** A driver may be waiting at the barrier: a dropped connection or a restart of the core is not worth the provider's pause. */
const pausesMs = [300, 900]

/**
 * Hands a payment event to the core. Only a receipt for this very event counts as handed over.
 * @throws CoreUnavailable or CoreRefused
 */
export async function forward(event: PaymentEvent, core: Core): Promise<PaymentEventReceipt> {
  const body = Buffer.from(JSON.stringify(event))
  const deadline = AbortSignal.timeout(deadlineMs)
  for (const pauseMs of pausesMs) {
    try {
      return await attempt(event, body, core, deadline)
    } catch (error) {
      if (!(error instanceof CoreUnavailable) || deadline.aborted) throw error
      await pause(pauseMs)
    }
  }
  return attempt(event, body, core, deadline)
}

async function attempt(
  event: PaymentEvent,
  body: Buffer,
  core: Core,
  deadline: AbortSignal,
): Promise<PaymentEventReceipt> {
  const now = new Date()
  const headers: Record<string, string> = {
    authorization: `Bearer ${await signToken(body, core, now)}`,
    'content-type': 'application/json',
  }
  // Google's door looks here first and takes it off; the token of ours, which holds for this body alone, reaches the core.
  if (core.audience !== undefined)
    headers['x-serverless-authorization'] = `Bearer ${await identityToken(core.audience, now)}`
  const { status, text } = await post(body, headers, core.paymentEventsUrl, deadline)
  if (status >= 400 && status < 500 && status !== 429)
    throw new CoreRefused(`the core refused the event with ${status}`)
  if (status < 200 || status >= 300) throw new CoreUnavailable(`the core answered ${status}`)
  const receipt = readReceipt(text)
  if (receipt?.eventId !== event.eventId) throw new CoreUnavailable(`the core answered ${status} without a receipt`)
  return receipt
}

/** Follows no redirect: the token is for the core alone. */
async function post(
  body: Buffer,
  headers: Record<string, string>,
  url: URL,
  deadline: AbortSignal,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: deadline, redirect: 'manual' })
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    if (deadline.aborted) throw new CoreUnavailable(`no answer within ${deadlineMs} ms`, { cause })
    const code = (cause as { cause?: { code?: string } }).cause?.code
    throw new CoreUnavailable(`the core cannot be reached (${code ?? cause})`, { cause })
  }
}

function readReceipt(text: string): PaymentEventReceipt | undefined {
  try {
    return paymentEventReceipt.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type Stripe from 'stripe'
import { apiVersion, newId } from './checkout-session.ts'
import type { Notify } from './checkouts.ts'

export type WebhookTarget = { webhookUrl: string; webhookSecret: string; log?: ((line: string) => void) | undefined }

const firstPauseMs = 500
const longestPauseMs = 30_000
const answerWithinMs = 20_000

/**
 * Sends signed webhooks as Stripe does: the same bytes until they are answered with 2xx, a new timestamp and signature each time,
 * pauses that double. A redirect is a failure. `stop` forgets what is not delivered.
 */
export function webhookSender(target: WebhookTarget): { notify: Notify; stop(): void } {
  const stopped = new AbortController()
  return {
    async notify(type, session) {
      const event = newEvent(type, session)
      const body = JSON.stringify(event, null, 2)
      const name = `${type} ${event.id}`
      if (await deliver(name, body, target, stopped.signal)) return
      void repeat(name, body, target, stopped.signal)
    },
    stop: () => stopped.abort(),
  }
}

async function repeat(name: string, body: string, target: WebhookTarget, stopped: AbortSignal): Promise<void> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await pause(pauseMs, undefined, { signal: stopped }).catch(() => {})
    if (stopped.aborted || (await deliver(name, body, target, stopped))) return
  }
}

/** Whether one delivery was answered with 2xx. */
async function deliver(name: string, body: string, target: WebhookTarget, stopped: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(target.webhookUrl, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(answerWithinMs)]),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': sign(body, target.webhookSecret),
      },
    })
    await response.arrayBuffer()
    target.log?.(`${name}: answered ${response.status}`)
    return response.ok
  } catch (error) {
    if (!stopped.aborted) target.log?.(`${name}: not answered (${error})`)
    return false
  }
}

/** https://docs.stripe.com/webhooks/signature: HMAC-SHA256 over `timestamp.body`. Without the library, so that it checks us. */
function sign(body: string, secret: string): string {
  const timestamp = Math.floor(Date.now() / 1000)
  return `t=${timestamp},v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

function newEvent(type: Parameters<Notify>[0], session: Stripe.Checkout.Session): Stripe.EventBase {
  return {
    id: newId('evt_'),
    object: 'event',
    api_version: apiVersion,
    created: Math.floor(Date.now() / 1000),
    data: { object: session },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  }
}

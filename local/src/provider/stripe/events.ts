import type { Endpoint, Webhooks } from '../webhooks.ts'
import { signatureOf } from './signed-event.ts'
import { apiVersion, newId, nowSeconds, type StripeKept } from './stripe-kept.ts'

/** What a merchant's endpoint is subscribed to; other events are only listed, as at Stripe. */
const enabled =
  /^(checkout\.session\..+|customer\.subscription\..+|customer\.deleted|invoice\.(paid|payment_failed|payment_action_required|finalization_failed|voided|marked_uncollectible)|charge\.refunded|refund\..+|charge\.dispute\..+|payment_intent\.(succeeded|payment_failed|canceled))$/

/** Makes events of what happens, keeps them, and sends those that the endpoint wants. */
export class StripeEvents {
  readonly #kept: StripeKept
  readonly #webhooks: Webhooks

  constructor(kept: StripeKept, webhooks: Webhooks) {
    this.#kept = kept
    this.#webhooks = webhooks
  }

  /** Settles when the first delivery was answered, or failed. */
  emit(type: string, object: object, before?: object): Promise<void> {
    const event = {
      id: newId('evt_'),
      object: 'event',
      api_version: apiVersion,
      created: nowSeconds(),
      data: { object: structuredClone(object), ...(before === undefined ? {} : { previous_attributes: before }) },
      livemode: false,
      pending_webhooks: enabled.test(type) ? 1 : 0,
      request: { id: null, idempotency_key: null },
      type,
    }
    const keptEvent = { event: event as never, delivered: !enabled.test(type) }
    this.#kept.events[event.id] = keptEvent
    return enabled.test(type) ? this.resend(event.id) : Promise.resolve()
  }

  resend(eventId: string): Promise<void> {
    const keptEvent = this.#kept.events[eventId]
    if (keptEvent === undefined) throw new Error(`there is no event ${eventId}`)
    return this.#webhooks.send({
      name: `${keptEvent.event.type} ${eventId}`,
      body: JSON.stringify(keptEvent.event, null, 2),
      done: () => {
        keptEvent.delivered = true
        keptEvent.event.pending_webhooks = 0
      },
    })
  }
}

export function stripeEndpoint(url: string, secret: string): Endpoint {
  return {
    url,
    headers: (body) => ({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': signatureOf(body, secret),
    }),
  }
}

import type { PaymentChange, ProviderObjectKind } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { shaped } from '../understand.ts'

/** A thin event says what changed and not how. https://docs.stripe.com/event-destinations/overview */
const thinEvent = z.object({ related_object: z.object({ id: z.string() }) })

/** By the beginning of the type; a thin event has more types than a snapshot (`v1.customer.subscription.past_due` …). */
const kinds: [string, ProviderObjectKind][] = [
  ['v1.checkout.session.', 'checkout'],
  ['v1.customer.subscription.', 'subscription'],
  ['v1.invoice.', 'invoice'],
  ['v1.refund.', 'refund'],
  ['v1.charge.refund.', 'refund'],
  ['v1.charge.dispute.', 'dispute'],
  ['v1.charge.refunded', 'payment'],
  ['v1.payment_intent.', 'payment'],
]

export function isThin(body: Readonly<Record<string, unknown>>): boolean {
  return body.object === 'v2.core.event'
}

/** A thin event is a hint: what it names is fetched. */
export function hintOf(eventType: string, body: unknown): PaymentChange {
  const objectKind = kinds.find(([beginning]) => eventType.startsWith(beginning))?.[1]
  if (objectKind === undefined) return { kind: 'ignored', reason: 'no use for events of this type' }
  const { related_object } = shaped(thinEvent, body)
  return { kind: 'object_changed', objectKind, objectId: related_object.id, reference: null }
}

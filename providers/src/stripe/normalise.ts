import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import type { VerifiedEvent } from '../provider.ts'
import { NotUnderstood, shaped, understand } from '../understand.ts'
import { checkoutSession, completedCheckout, failedCheckout } from './checkout-session.ts'
import { dispute, disputed } from './dispute.ts'
import { idOf, instantOf, seconds } from './ids.ts'
import { invoice, subscriptionOf } from './invoice.ts'
import { paymentIntent, receivedBy } from './payment-intent.ts'
import { refund, refunded } from './refund.ts'
import { subscriptionName } from './subscription.ts'
import { hintOf, isThin } from './thin-event.ts'

/** The object a snapshot event is about, and when the event was created, which is when it happened. */
type Snapshot = { object: unknown; at: string }
type Reader = (snapshot: Snapshot) => PaymentChange

const completed: Reader = ({ object, at }) => completedCheckout(shaped(checkoutSession, object), at)
const failed: Reader = ({ object }) => failedCheckout(shaped(checkoutSession, object))
const refundChanged: Reader = ({ object }) => refunded(shaped(refund, object))
const disputeChanged: Reader = ({ object }) => disputed(shaped(dispute, object))
const toldElsewhere = (where: string): Reader => {
  return () => ({ kind: 'ignored', reason: `told by ${where}` })
}

/** What we read, by type: the types to subscribe the endpoint to. Any other type is ignored. */
const readers: Readonly<Record<string, Reader>> = {
  'checkout.session.completed': completed,
  'checkout.session.async_payment_succeeded': completed,
  'checkout.session.async_payment_failed': failed,
  'checkout.session.expired': failed,
  'customer.subscription.created': subscriptionChanged,
  'customer.subscription.updated': subscriptionChanged,
  'customer.subscription.deleted': subscriptionChanged,
  'customer.subscription.paused': subscriptionChanged,
  'customer.subscription.resumed': subscriptionChanged,
  'customer.subscription.trial_will_end': subscriptionChanged,
  'customer.subscription.pending_update_applied': subscriptionChanged,
  'customer.subscription.pending_update_expired': subscriptionChanged,
  'invoice.paid': invoicePaid,
  'invoice.payment_failed': invoiceNotPaid,
  'invoice.payment_action_required': invoiceNotPaid,
  'invoice.finalization_failed': invoiceNotPaid,
  'invoice.voided': invoiceNotPaid,
  'invoice.marked_uncollectible': invoiceNotPaid,
  'charge.refunded': chargeRefunded,
  'charge.refund.updated': refundChanged,
  'refund.created': refundChanged,
  'refund.updated': refundChanged,
  'refund.failed': ({ object }) => refunded(shaped(refund, object), 'failed'),
  'charge.dispute.created': disputeChanged,
  'charge.dispute.updated': disputeChanged,
  'charge.dispute.closed': disputeChanged,
  'charge.dispute.funds_withdrawn': disputeChanged,
  'charge.dispute.funds_reinstated': disputeChanged,
  'payment_intent.succeeded': intentSucceeded,
  // A driver whose card was declined may try another within the same checkout.
  'payment_intent.payment_failed': toldElsewhere('its checkout or invoice'),
  'payment_intent.canceled': toldElsewhere('its checkout or invoice'),
  'customer.deleted': toldElsewhere('each of its subscriptions, which end with it'),
}

/**
 * What a Stripe event says, in our words; shapes from API version 2020-03-02 to 2026-10-28.endive give the same. A thin event that has a
 * snapshot twin goes by the twin's id, so that an endpoint for each makes one event.
 */
export function normalise(event: VerifiedEvent): PaymentEvent {
  const { eventType, body } = event
  if (!isThin(body)) return understand('stripe', event, () => snapshotChange(eventType, body))
  const twin = typeof body.snapshot_event === 'string' ? { eventId: body.snapshot_event } : {}
  return understand('stripe', { ...event, ...twin }, () => hintOf(eventType, body))
}

const snapshotEvent = z.object({ created: seconds, data: z.object({ object: z.unknown() }) })

function snapshotChange(eventType: string, body: unknown): PaymentChange {
  const read = Object.hasOwn(readers, eventType) ? readers[eventType] : undefined
  if (read === undefined) return { kind: 'ignored', reason: 'no use for events of this type' }
  const { created, data } = shaped(snapshotEvent, body)
  return read({ object: data.object, at: instantOf(created) })
}

function subscriptionChanged({ object }: Snapshot): PaymentChange {
  const { id, metadata } = shaped(subscriptionName, object)
  const reference = metadata.subscriptionId ?? null
  return { kind: 'object_changed', objectKind: 'subscription', objectId: id, reference }
}

/** An invoice of today does not name the payment that paid it, so the invoice is fetched, whatever its shape. */
function invoicePaid({ object }: Snapshot): PaymentChange {
  const paid = shaped(invoice, object)
  if (subscriptionOf(paid) === null) return { kind: 'ignored', reason: 'an invoice of no subscription' }
  return { kind: 'object_changed', objectKind: 'invoice', objectId: paid.id, reference: null }
}

function invoiceNotPaid({ object }: Snapshot): PaymentChange {
  const subscription = subscriptionOf(shaped(invoice, object))
  if (subscription === null) return { kind: 'ignored', reason: 'an invoice of no subscription' }
  return { kind: 'object_changed', objectKind: 'subscription', objectId: subscription, reference: null }
}

/** Refunds are facts of their own, which this names in the shape of 2020 and not in today's: so they are fetched with the payment. */
function chargeRefunded({ object }: Snapshot): PaymentChange {
  const charge = shaped(z.object({ object: z.literal('charge'), payment_intent: idOf.nullable() }), object)
  if (charge.payment_intent === null) throw new NotUnderstood('payment_intent: a charge of ours has one')
  return { kind: 'object_changed', objectKind: 'payment', objectId: charge.payment_intent, reference: null }
}

/** Our checkouts put the quote into the payment intent; without it the payment may be a subscription's, so it is fetched. */
function intentSucceeded({ object, at }: Snapshot): PaymentChange {
  const intent = shaped(paymentIntent, object)
  const reference = intent.metadata.quoteId
  if (reference === undefined)
    return { kind: 'object_changed', objectKind: 'payment', objectId: intent.id, reference: null }
  return receivedBy(intent, { reference, subscriptionObjectId: null }, at)
}

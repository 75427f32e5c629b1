import { type PaymentChange, type PaymentEvent, paymentEvent } from '@turnpike/contracts/payment-event.ts'
import { EventNotUnderstood } from '../errors.ts'
import type { IgnoredEvent, VerifiedEvent } from '../provider.ts'
import { fromStripeAmount } from './amount.ts'
import { type CheckoutSession, checkoutSessionEvent } from './checkout-session.ts'

/** A checkout ends with `completed`; when its money comes later (bank debit, voucher), `async_payment_succeeded` follows. */
const understoodTypes = new Set(['checkout.session.completed', 'checkout.session.async_payment_succeeded'])

/**
 * What a Stripe event says, in our words.
 * @throws EventNotUnderstood when a checkout event lacks what we must know of it
 */
export function normalise({ eventId, eventType, body }: VerifiedEvent): PaymentEvent | IgnoredEvent {
  if (!understoodTypes.has(eventType)) return { ignored: `no use for events of type ${eventType}` }
  const parsed = checkoutSessionEvent.safeParse(body)
  if (!parsed.success) throw notUnderstood(parsed.error.issues)
  const session = parsed.data.data.object

  if (session.mode !== 'payment') return { ignored: `checkout in mode ${session.mode} pays for no stay` }
  if (session.payment_status === 'no_payment_required') return { ignored: 'checkout moved no money' }

  const change = session.payment_status === 'paid' ? captured(session, parsed.data.created) : pending(session)
  const normalised = paymentEvent.safeParse({ provider: 'stripe', eventId, eventType, change })
  if (!normalised.success) throw notUnderstood(normalised.error.issues)
  return normalised.data
}

/** `created` of the event, not of the session: the session was created when the driver opened the payment page. */
function captured(session: CheckoutSession, created: number): PaymentChange {
  if (session.payment_intent === null) throw new EventNotUnderstood('payment_intent: a paid checkout has one')
  if (session.amount_total === null) throw new EventNotUnderstood('amount_total: a paid checkout has one')
  if (session.currency === null) throw new EventNotUnderstood('currency: a paid checkout has one')
  const currency = session.currency.toUpperCase()
  return {
    kind: 'payment_captured',
    factId: session.payment_intent,
    reference: session.client_reference_id,
    amountMinor: fromStripeAmount(session.amount_total, currency),
    currency,
    capturedAt: new Date(created * 1000).toISOString(),
  }
}

function pending(session: CheckoutSession): PaymentChange {
  return { kind: 'payment_pending', objectId: session.id, reference: session.client_reference_id }
}

function notUnderstood(issues: { path: PropertyKey[]; message: string }[]): EventNotUnderstood {
  return new EventNotUnderstood(issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
}

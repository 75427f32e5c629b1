import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import type { VerifiedEvent } from '../provider.ts'
import { NotUnderstood, shaped, understand } from '../understand.ts'
import { fromStripeAmount } from './amount.ts'
import { type CheckoutSession, checkoutSessionEvent } from './checkout-session.ts'

/** A checkout ends with `completed`; when its money comes later (bank debit, voucher), `async_payment_succeeded` follows. */
const understoodTypes = new Set(['checkout.session.completed', 'checkout.session.async_payment_succeeded'])

/** What a Stripe event says, in our words. */
export function normalise(event: VerifiedEvent): PaymentEvent {
  return understand('stripe', event, () => changeOf(event))
}

function changeOf({ eventType, body }: VerifiedEvent): PaymentChange {
  if (!understoodTypes.has(eventType)) return { kind: 'ignored', reason: 'no use for events of this type' }
  const { created, data } = shaped(checkoutSessionEvent, body)
  const session = data.object
  if (session.mode !== 'payment') return { kind: 'ignored', reason: 'a checkout that pays for no stay' }
  if (session.payment_status === 'no_payment_required')
    return { kind: 'ignored', reason: 'a checkout that moved no money' }
  return session.payment_status === 'paid' ? captured(session, created) : pending(session)
}

/** `created` of the event, not of the session: the session was created when the driver opened the payment page. */
function captured(session: CheckoutSession, created: number): PaymentChange {
  if (session.payment_intent === null) throw new NotUnderstood('payment_intent: a paid checkout has one')
  if (session.amount_total === null) throw new NotUnderstood('amount_total: a paid checkout has one')
  if (session.currency === null) throw new NotUnderstood('currency: a paid checkout has one')
  const currency = session.currency.toUpperCase()
  return {
    kind: 'payment_captured',
    factId: session.payment_intent,
    reference: session.client_reference_id,
    subscriptionObjectId: null,
    amountMinor: fromStripeAmount(session.amount_total, currency),
    currency,
    capturedAt: new Date(created * 1000).toISOString(),
  }
}

function pending(session: CheckoutSession): PaymentChange {
  return { kind: 'payment_pending', objectId: session.id, reference: session.client_reference_id }
}

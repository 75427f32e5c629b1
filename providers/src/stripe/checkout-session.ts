import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { NotUnderstood } from '../understand.ts'
import { fromStripeAmount } from './amount.ts'
import { idOf } from './ids.ts'

/**
 * The fields of Stripe's `checkout.session` that carry money, the same from API version 2020-03-02 to 2026-10-28.endive; unknown
 * fields are left alone. https://docs.stripe.com/api/checkout/sessions/object
 */
export const checkoutSession = z.object({
  id: z.string(),
  object: z.literal('checkout.session'),
  mode: z.enum(['payment', 'subscription', 'setup']),
  payment_status: z.enum(['paid', 'unpaid', 'no_payment_required']),
  payment_intent: idOf.nullable(),
  subscription: idOf.nullish(),
  client_reference_id: z.string().nullable(),
  amount_total: z.int().nullable(),
  currency: z.string().nullable(),
})
export type CheckoutSession = z.infer<typeof checkoutSession>

/**
 * A checkout that the driver has completed: its money is here, or comes later, or is asked for by the invoices of a subscription.
 * `paidAt` is null where the money has not arrived.
 */
export function completedCheckout(session: CheckoutSession, paidAt: string | null): PaymentChange {
  if (session.mode === 'setup') return { kind: 'ignored', reason: 'a checkout that only kept a card' }
  if (session.mode === 'subscription') return subscriptionBegun(session)
  if (session.payment_status === 'no_payment_required')
    return { kind: 'ignored', reason: 'a checkout that moved no money' }
  if (session.payment_status === 'unpaid')
    return { kind: 'payment_pending', objectId: session.id, reference: session.client_reference_id }
  return captured(session, paidAt)
}

/** A checkout that ended without money. */
export function failedCheckout(session: CheckoutSession): PaymentChange {
  return { kind: 'payment_failed', objectId: session.id, reference: session.client_reference_id }
}

function subscriptionBegun(session: CheckoutSession): PaymentChange {
  if (!session.subscription) throw new NotUnderstood('subscription: a completed checkout in this mode has one')
  const { subscription, client_reference_id: reference } = session
  return { kind: 'object_changed', objectKind: 'subscription', objectId: subscription, reference }
}

function captured(session: CheckoutSession, paidAt: string | null): PaymentChange {
  if (session.payment_intent === null) throw new NotUnderstood('payment_intent: a paid checkout has one')
  if (session.amount_total === null) throw new NotUnderstood('amount_total: a paid checkout has one')
  if (session.currency === null) throw new NotUnderstood('currency: a paid checkout has one')
  if (paidAt === null) throw new NotUnderstood('payment_intent.latest_charge: a paid checkout has one')
  const currency = session.currency.toUpperCase()
  return {
    kind: 'payment_captured',
    factId: session.payment_intent,
    reference: session.client_reference_id,
    subscriptionObjectId: null,
    amountMinor: fromStripeAmount(session.amount_total, currency),
    currency,
    capturedAt: paidAt,
  }
}

import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { NotUnderstood } from '../understand.ts'
import { fromStripeAmount } from './amount.ts'
import { idOf, instantOf, seconds } from './ids.ts'

/** https://docs.stripe.com/api/refunds/object, the same from 2020-03-02 on. */
export const refund = z.object({
  id: z.string(),
  object: z.literal('refund'),
  status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']),
  payment_intent: idOf.nullable(),
  amount: z.int().positive(),
  currency: z.string(),
  created: seconds,
})
export type Refund = z.infer<typeof refund>

const states = {
  pending: 'pending',
  requires_action: 'pending',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
} as const

/** Keyed by the refund, not by the charge: a second partial refund has its own. */
export function refunded(refund: Refund, state = states[refund.status]): PaymentChange {
  // Every checkout of ours has a payment intent; the refund of anything else can be laid to no payment.
  if (refund.payment_intent === null) throw new NotUnderstood('payment_intent: a refund of ours has one')
  const currency = refund.currency.toUpperCase()
  return {
    kind: 'payment_refunded',
    factId: refund.id,
    state,
    paymentFactId: refund.payment_intent,
    amountMinor: fromStripeAmount(refund.amount, currency),
    currency,
    occurredAt: instantOf(refund.created),
  }
}

import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { NotUnderstood } from '../understand.ts'
import { fromStripeAmount } from './amount.ts'
import { idOf, instantOf, seconds } from './ids.ts'

/** https://docs.stripe.com/api/disputes/object, the same from 2020-03-02 on. */
export const dispute = z.object({
  id: z.string(),
  object: z.literal('dispute'),
  status: z.string(),
  payment_intent: idOf.nullable(),
  amount: z.int().positive(),
  currency: z.string(),
  created: seconds,
})
export type Dispute = z.infer<typeof dispute>

/**
 * While a lost dispute is appealed the payer has the money. `prevented` is left out: whether it moved money depends on who prevented
 * it, so somebody has to look.
 */
const states = new Map<string, 'open' | 'won' | 'lost'>([
  ['warning_needs_response', 'open'],
  ['warning_under_review', 'open'],
  ['warning_closed', 'won'],
  ['needs_response', 'open'],
  ['under_review', 'open'],
  ['won', 'won'],
  ['lost', 'lost'],
  ['appeal_needs_response', 'lost'],
  ['appeal_under_review', 'lost'],
])

export function disputed(dispute: Dispute): PaymentChange {
  const state = states.get(dispute.status)
  if (state === undefined) throw new NotUnderstood('status: a dispute in a state that we do not know')
  if (dispute.payment_intent === null) throw new NotUnderstood('payment_intent: a dispute of ours has one')
  const currency = dispute.currency.toUpperCase()
  return {
    kind: 'payment_disputed',
    factId: dispute.id,
    state,
    paymentFactId: dispute.payment_intent,
    amountMinor: fromStripeAmount(dispute.amount, currency),
    currency,
    occurredAt: instantOf(dispute.created),
  }
}

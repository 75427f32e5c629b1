import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { NotUnderstood } from '../understand.ts'
import { amountOf, money } from './amount.ts'
import { instant } from './resource.ts'

/** https://developer.paypal.com/docs/api/customer-disputes/v1/#disputes_get */
export const dispute = z.object({
  dispute_id: z.string(),
  status: z.string(),
  dispute_amount: money,
  dispute_outcome: z.object({ outcome_code: z.string() }).nullish(),
  disputed_transactions: z.array(z.object({ seller_transaction_id: z.string() })),
  create_time: instant,
})
export type Dispute = z.infer<typeof dispute>

const openStatuses = new Set([
  'OPEN',
  'WAITING_FOR_BUYER_RESPONSE',
  'WAITING_FOR_SELLER_RESPONSE',
  'UNDER_REVIEW',
  'APPEALED',
])

/** With a payout PayPal pays the buyer itself: we keep the money. */
const outcomes = new Map<string, 'won' | 'lost'>([
  ['RESOLVED_BUYER_FAVOUR', 'lost'],
  ['ACCEPTED', 'lost'],
  ['RESOLVED_SELLER_FAVOUR', 'won'],
  ['RESOLVED_WITH_PAYOUT', 'won'],
  ['CANCELED_BY_BUYER', 'won'],
  ['DENIED', 'won'],
])

export function disputed(dispute: Dispute): PaymentChange {
  const [transaction, ...others] = dispute.disputed_transactions
  if (transaction === undefined || others.length > 0)
    throw new NotUnderstood('disputed_transactions: a dispute is about one payment')
  const state = openStatuses.has(dispute.status) ? 'open' : outcomes.get(dispute.dispute_outcome?.outcome_code ?? '')
  if (state === undefined || (state !== 'open' && dispute.status !== 'RESOLVED'))
    throw new NotUnderstood('dispute_outcome: a dispute in a state that we do not know')
  return {
    kind: 'payment_disputed',
    factId: dispute.dispute_id,
    state,
    paymentFactId: transaction.seller_transaction_id,
    ...amountOf(dispute.dispute_amount),
    occurredAt: dispute.create_time,
  }
}

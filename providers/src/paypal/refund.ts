import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { NotUnderstood } from '../understand.ts'
import { amountOf, money, v1AmountOf, v1Money } from './amount.ts'
import { instant, known, linkedId, links } from './resource.ts'

/** Money given back for a capture, which it names in a link only. https://developer.paypal.com/docs/api/payments/v2/#refunds_get */
export const refund = z.object({
  id: z.string(),
  status: z.enum(['CANCELLED', 'FAILED', 'PENDING', 'COMPLETED']),
  amount: money,
  create_time: instant,
  links: links.optional(),
})
export type Refund = z.infer<typeof refund>

const states = { PENDING: 'pending', COMPLETED: 'succeeded', FAILED: 'failed', CANCELLED: 'failed' } as const

/** Its own amount counts: `total_refunded_amount` beside it holds those before it too. */
export function refunded(refund: Refund): PaymentChange {
  return {
    kind: 'payment_refunded',
    factId: refund.id,
    state: states[refund.status],
    paymentFactId: known(linkedId(refund.links, 'up', 'captures'), 'links: a refund leads up to its capture'),
    ...amountOf(refund.amount),
    occurredAt: refund.create_time,
  }
}

/** A refund of a sale, in the v1 API: its amount is negative there, and positive where it was asked for. */
export const v1Refund = z.object({
  id: z.string(),
  state: z.string(),
  amount: v1Money,
  create_time: instant,
  sale_id: z.string().nullish(),
  links: links.optional(),
})
export type V1Refund = z.infer<typeof v1Refund>

const v1States = new Map<string, 'pending' | 'succeeded' | 'failed'>([
  ['pending', 'pending'],
  ['completed', 'succeeded'],
  ['failed', 'failed'],
  ['cancelled', 'failed'],
])

/** A reversal's notification does not name the sale: then the refund is to be asked for. */
export function saleRefunded(refund: V1Refund): PaymentChange {
  const paymentFactId = saleOf(refund)
  if (paymentFactId === undefined)
    return { kind: 'object_changed', objectKind: 'refund', objectId: refund.id, reference: null }
  const state = v1States.get(refund.state)
  if (state === undefined) throw new NotUnderstood('state: a refund in a state that we do not know')
  const { amountMinor, currency } = v1AmountOf(refund.amount)
  const { id: factId, create_time: occurredAt } = refund
  return {
    kind: 'payment_refunded',
    factId,
    state,
    paymentFactId,
    amountMinor: Math.abs(amountMinor),
    currency,
    occurredAt,
  }
}

export function saleOf({ sale_id, links }: V1Refund): string | undefined {
  return sale_id ?? linkedId(links, 'sale', 'sale')
}

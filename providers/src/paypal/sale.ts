import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { NotUnderstood } from '../understand.ts'
import { v1AmountOf, v1Money } from './amount.ts'
import { instant } from './resource.ts'

/** What the payment of a period of a subscription is: there is no v2 capture for it. */
export const sale = z.object({
  id: z.string(),
  state: z.string(),
  amount: v1Money,
  billing_agreement_id: z.string().min(1).nullish(),
  custom: z.string().nullish(),
  create_time: instant,
  update_time: instant.nullish(),
})
export type Sale = z.infer<typeof sale>

export function sold(sale: Sale): PaymentChange {
  if (sale.state === 'pending' || sale.state === 'denied') return saleChanged(sale)
  if (!['completed', 'partially_refunded', 'refunded'].includes(sale.state))
    throw new NotUnderstood('state: a sale in a state that we do not know')
  return {
    kind: 'payment_captured',
    factId: sale.id,
    reference: sale.custom || null,
    subscriptionObjectId: sale.billing_agreement_id ?? null,
    ...v1AmountOf(sale.amount),
    capturedAt: (sale.state === 'completed' ? sale.update_time : null) ?? sale.create_time,
  }
}

/** A period that is not paid, or not yet: what that means for the subscription, the subscription says. */
export function saleChanged({ billing_agreement_id: subscription }: Pick<Sale, 'billing_agreement_id'>): PaymentChange {
  if (!subscription) return { kind: 'ignored', reason: 'a sale of no subscription that moved no money' }
  return { kind: 'object_changed', objectKind: 'subscription', objectId: subscription, reference: null }
}

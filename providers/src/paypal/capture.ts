import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { amountOf, money } from './amount.ts'
import { referenceOf } from './reference.ts'
import { instant, known, linkedId, links } from './resource.ts'

/** Money taken for an order. https://developer.paypal.com/docs/api/payments/v2/#captures_get */
export const capture = z.object({
  id: z.string(),
  status: z.enum(['COMPLETED', 'DECLINED', 'PARTIALLY_REFUNDED', 'PENDING', 'REFUNDED', 'FAILED']),
  amount: money,
  custom_id: z.string().nullish(),
  create_time: instant,
  update_time: instant,
  supplementary_data: z.object({ related_ids: z.object({ order_id: z.string().nullish() }).nullish() }).nullish(),
  links: links.optional(),
})
export type Capture = z.infer<typeof capture>

/** What a capture amounts to. Money that went back since is told by its refunds: it was captured all the same. */
export function captured(capture: Capture): PaymentChange {
  switch (capture.status) {
    case 'PENDING':
      return { kind: 'payment_pending', objectId: orderOf(capture), reference: referenceOf(capture.custom_id) }
    case 'DECLINED':
    case 'FAILED':
      return notCaptured(capture)
    default:
      return {
        kind: 'payment_captured',
        factId: capture.id,
        reference: referenceOf(capture.custom_id),
        subscriptionObjectId: null,
        ...amountOf(capture.amount),
        // An electronic cheque is days older than its money; a refund moves the update time.
        capturedAt: capture.status === 'COMPLETED' ? capture.update_time : capture.create_time,
      }
  }
}

export function notCaptured(capture: Capture): PaymentChange {
  return { kind: 'payment_failed', objectId: orderOf(capture), reference: referenceOf(capture.custom_id) }
}

function orderOf({ supplementary_data, links }: Capture): string {
  const named = supplementary_data?.related_ids?.order_id ?? linkedId(links, 'up', 'orders')
  return known(named, 'links: a capture of ours leads up to its order')
}

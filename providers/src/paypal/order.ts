import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { capture, captured } from './capture.ts'
import { isMarkedClosed, markedClosed, referenceOf } from './reference.ts'

/** A checkout at PayPal. https://developer.paypal.com/docs/api/orders/v2/#orders_get */
export const order = z.object({
  id: z.string(),
  status: z.enum(['CREATED', 'SAVED', 'APPROVED', 'VOIDED', 'COMPLETED', 'PAYER_ACTION_REQUIRED']),
  purchase_units: z
    .array(
      z.object({
        reference_id: z.string().default('default'),
        custom_id: z.string().nullish(),
        payments: z.object({ captures: z.array(capture).optional() }).optional(),
      }),
    )
    .length(1),
})
export type Order = z.infer<typeof order>

export function isClosed(order: Order): boolean {
  return isMarkedClosed(unitOf(order).custom_id)
}

/** The reference with the mark that we will not take its money. */
export function closedReference(order: Order): string {
  return markedClosed(referenceOf(unitOf(order).custom_id))
}

/** Where `PATCH` finds our reference. */
export function referencePath(order: Order): string {
  return `/purchase_units/@reference_id=='${unitOf(order).reference_id}'/custom_id`
}

/** What was captured of it; the captures inside an order do not lead up to it. */
export function orderCaptures(order: Order): PaymentChange[] {
  const captures = unitOf(order).payments?.captures ?? []
  const related = { related_ids: { order_id: order.id } }
  return captures.map((one) => captured({ custom_id: unitOf(order).custom_id, ...one, supplementary_data: related }))
}

export function orderFailed(order: Order): PaymentChange {
  return { kind: 'payment_failed', objectId: order.id, reference: referenceOf(unitOf(order).custom_id) }
}

function unitOf(order: Order) {
  return order.purchase_units[0]!
}

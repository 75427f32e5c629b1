import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import type { VerifiedEvent } from '../provider.ts'
import { shaped, understand } from '../understand.ts'
import { capture, captured, notCaptured } from './capture.ts'
import { dispute, disputed } from './dispute.ts'
import { referenceOf } from './reference.ts'
import { refund, refunded, saleRefunded, v1Refund } from './refund.ts'
import { known } from './resource.ts'
import { sale, saleChanged, sold } from './sale.ts'
import { subscriptionName } from './subscription.ts'

type Reader = (resource: unknown) => PaymentChange

const captureChanged: Reader = (resource) => captured(shaped(capture, resource))
const captureFailed: Reader = (resource) => notCaptured(shaped(capture, resource))
const refundChanged: Reader = (resource) => refunded(shaped(refund, resource))
const saleRefundChanged: Reader = (resource) => saleRefunded(shaped(v1Refund, resource))
const disputeChanged: Reader = (resource) => disputed(shaped(dispute, resource))
const saleNotPaid: Reader = (resource) => saleChanged(shaped(sale.pick({ billing_agreement_id: true }), resource))

/** What we read, by type: the types to subscribe the webhook to. Any other type is ignored. */
const readers: Readonly<Record<string, Reader>> = {
  'CHECKOUT.ORDER.APPROVED': orderApproved,
  'CHECKOUT.PAYMENT-APPROVAL.REVERSED': approvalReversed,
  'PAYMENT.CAPTURE.COMPLETED': captureChanged,
  'PAYMENT.CAPTURE.PENDING': captureChanged,
  'PAYMENT.CAPTURE.DENIED': captureFailed,
  'PAYMENT.CAPTURE.DECLINED': captureFailed,
  'PAYMENT.CAPTURE.REFUNDED': refundChanged,
  // The resource is a refund that nobody asked for.
  'PAYMENT.CAPTURE.REVERSED': refundChanged,
  'BILLING.SUBSCRIPTION.CREATED': subscriptionChanged,
  'BILLING.SUBSCRIPTION.ACTIVATED': subscriptionChanged,
  'BILLING.SUBSCRIPTION.RE-ACTIVATED': subscriptionChanged,
  'BILLING.SUBSCRIPTION.UPDATED': subscriptionChanged,
  'BILLING.SUBSCRIPTION.EXPIRED': subscriptionChanged,
  'BILLING.SUBSCRIPTION.CANCELLED': subscriptionChanged,
  'BILLING.SUBSCRIPTION.SUSPENDED': subscriptionChanged,
  'BILLING.SUBSCRIPTION.PAYMENT.FAILED': subscriptionChanged,
  'PAYMENT.SALE.COMPLETED': (resource) => sold(shaped(sale, resource)),
  'PAYMENT.SALE.PENDING': saleNotPaid,
  'PAYMENT.SALE.DENIED': saleNotPaid,
  'PAYMENT.SALE.REFUNDED': saleRefundChanged,
  'PAYMENT.SALE.REVERSED': saleRefundChanged,
  'CUSTOMER.DISPUTE.CREATED': disputeChanged,
  'CUSTOMER.DISPUTE.UPDATED': disputeChanged,
  'CUSTOMER.DISPUTE.RESOLVED': disputeChanged,
}

/** What a PayPal event says, in our words. */
export function normalise(event: VerifiedEvent): PaymentEvent {
  return understand('paypal', event, () => {
    const { eventType, body } = event
    const read = Object.hasOwn(readers, eventType) ? readers[eventType] : undefined
    return read?.(body.resource) ?? { kind: 'ignored', reason: 'no use for events of this type' }
  })
}

const units = z.array(z.object({ custom_id: z.string().nullish() })).min(1)

/** The driver has said yes; the money moves when the order is fetched. */
function orderApproved(resource: unknown): PaymentChange {
  const { id, purchase_units } = shaped(z.object({ id: z.string(), purchase_units: units }), resource)
  const reference = referenceOf(purchase_units[0]!.custom_id)
  return { kind: 'object_changed', objectKind: 'checkout', objectId: id, reference }
}

/** The yes has run out, or was taken back, before the money was taken. */
function approvalReversed(resource: unknown): PaymentChange {
  const reversed = z.object({
    id: z.string().nullish(),
    order_id: z.string().nullish(),
    purchase_units: units.nullish(),
  })
  const { id, order_id, purchase_units } = shaped(reversed, resource)
  const objectId = known(order_id ?? id, 'order_id: an approval is of an order')
  return { kind: 'payment_failed', objectId, reference: referenceOf(purchase_units?.[0]?.custom_id) }
}

function subscriptionChanged(resource: unknown): PaymentChange {
  const { id, custom_id } = shaped(subscriptionName, resource)
  return { kind: 'object_changed', objectKind: 'subscription', objectId: id, reference: custom_id ?? null }
}

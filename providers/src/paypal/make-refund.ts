import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import type { RefundRequest } from '../provider.ts'
import { shaped, understoodChange } from '../understand.ts'
import { toPaypalMoney } from './amount.ts'
import { type PaypalClient, unlessMissing } from './client.ts'
import { refund, refunded, saleRefunded, v1Refund } from './refund.ts'

/**
 * Refunds a capture (https://developer.paypal.com/docs/api/payments/v2/#captures_refund), or a sale where there is no such capture.
 * PayPal keeps the request id for 45 days, so a repeat needs no further care.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function makeRefund(call: PaypalClient, request: RefundRequest): Promise<PaymentChange> {
  const { paymentFactId, amountMinor, currency, idempotencyKey: requestId } = request
  const amount = toPaypalMoney(amountMinor, currency)
  const id = encodeURIComponent(paymentFactId)
  const made = await unlessMissing(call('POST', `/v2/payments/captures/${id}/refund`, { body: { amount }, requestId }))
  if (made !== undefined) return understoodChange(() => refunded(shaped(refund, made)))
  const v1Amount = { total: amount.value, currency }
  const ofSale = await call('POST', `/v1/payments/sale/${id}/refund`, { body: { amount: v1Amount }, requestId })
  return understoodChange(() => saleRefunded({ ...shaped(v1Refund, ofSale), sale_id: paymentFactId }))
}

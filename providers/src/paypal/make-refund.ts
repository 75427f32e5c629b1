import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { ProviderRefused } from '../errors.ts'
import type { RefundRequest } from '../provider.ts'
import { shaped, understoodChange } from '../understand.ts'
import { toPaypalMoney } from './amount.ts'
import { type PaypalClient, unlessMissing } from './client.ts'
import { refund, refunded, saleRefunded, v1Refund } from './refund.ts'

/** PayPal says 45 days: well before, an id may be one that it has not seen. */
const requestIdKeptMs = 40 * 24 * 60 * 60_000

/**
 * Refunds a capture (https://developer.paypal.com/docs/api/payments/v2/#captures_refund), or a sale where there is no such capture.
 * PayPal keeps the request id for 45 days and would then refund again. It lists no refunds of a sale, and of a capture none by its
 * request id: so late a repeat is only made where nothing went back yet, and otherwise left to somebody who looks.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function makeRefund(call: PaypalClient, request: RefundRequest): Promise<PaymentChange> {
  const { paymentFactId, amountMinor, currency, idempotencyKey: requestId, askedSince } = request
  const amount = toPaypalMoney(amountMinor, currency)
  const id = encodeURIComponent(paymentFactId)
  if (askedSince !== null && Date.now() - askedSince.getTime() > requestIdKeptMs) await refuseIfAnyWentBack(call, id)
  const made = await unlessMissing(call('POST', `/v2/payments/captures/${id}/refund`, { body: { amount }, requestId }))
  if (made !== undefined) return understoodChange(() => refunded(shaped(refund, made)))
  const v1Amount = { total: amount.value, currency }
  const ofSale = await call('POST', `/v1/payments/sale/${id}/refund`, { body: { amount: v1Amount }, requestId })
  return understoodChange(() => saleRefunded({ ...shaped(v1Refund, ofSale), sale_id: paymentFactId }))
}

/** What a capture calls its status and a sale its state: `PARTIALLY_REFUNDED`, `refunded`. */
const moneyTaken = z.union([
  z.object({ status: z.string() }).transform(({ status }) => status),
  z.object({ state: z.string() }).transform(({ state }) => state),
])

async function refuseIfAnyWentBack(call: PaypalClient, id: string): Promise<void> {
  const capture = await unlessMissing(call('GET', `/v2/payments/captures/${id}`))
  const state = shaped(moneyTaken, capture ?? (await call('GET', `/v1/payments/sale/${id}`)))
  if (/refunded$/i.test(state))
    throw new ProviderRefused(
      'may_be_refunded',
      'Money went back by now, and PayPal no longer says whether it was this refund',
    )
}

import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import type Stripe from 'stripe'
import type { RefundRequest } from '../provider.ts'
import { shaped, understoodChange } from '../understand.ts'
import { toStripeAmount } from './amount.ts'
import { ask } from './call.ts'
import { refund, refunded } from './refund.ts'

/** Refunds a payment, in part or whole (https://docs.stripe.com/api/refunds/create). @throws ProviderUnavailable or ProviderRefused */
export async function makeRefund(client: Stripe, request: RefundRequest): Promise<PaymentChange> {
  const { paymentFactId, amountMinor, currency, idempotencyKey } = request
  const parameters = { payment_intent: paymentFactId, amount: toStripeAmount(amountMinor, currency) }
  const made = await ask(client.refunds.create(parameters, { idempotencyKey }))
  return understoodChange(() => refunded(shaped(refund, made)))
}

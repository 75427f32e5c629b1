import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import type Stripe from 'stripe'
import type { RefundRequest } from '../provider.ts'
import { shaped, understoodChange } from '../understand.ts'
import { toStripeAmount } from './amount.ts'
import { ask } from './call.ts'
import { refund, refunded } from './refund.ts'

/**
 * Refunds a payment, in part or whole (https://docs.stripe.com/api/refunds/create). Stripe forgets an idempotency key after 24 hours
 * and would then refund again: the refund carries the key, and what may have been made before is looked for first.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function makeRefund(client: Stripe, request: RefundRequest): Promise<PaymentChange> {
  const { paymentFactId: payment_intent, amountMinor, currency, idempotencyKey, askedSince } = request
  const amount = toStripeAmount(amountMinor, currency)
  const parameters = { payment_intent, amount, metadata: { key: idempotencyKey } }
  const earlier = askedSince ? await earlierRefund(client, payment_intent, idempotencyKey) : undefined
  const made = earlier ?? (await ask(client.refunds.create(parameters, { idempotencyKey })))
  return understoodChange(() => refunded(shaped(refund, made)))
}

async function earlierRefund(client: Stripe, payment_intent: string, key: string) {
  const refunds = await ask(client.refunds.list({ payment_intent, limit: 100 }).autoPagingToArray({ limit: 1000 }))
  return refunds.find(({ metadata }) => metadata?.key === key)
}

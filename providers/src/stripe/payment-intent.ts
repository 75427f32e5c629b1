import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { fromStripeAmount } from './amount.ts'
import { instantOf, seconds } from './ids.ts'

/** The fields of a payment intent that carry money. https://docs.stripe.com/api/payment_intents/object */
export const paymentIntent = z.object({
  id: z.string(),
  object: z.literal('payment_intent'),
  status: z.string(),
  amount_received: z.int().nonnegative(),
  currency: z.string(),
  metadata: z.record(z.string(), z.string()),
})

/** What was received by a payment intent. `of` says what it pays: a quote by its reference, or a period of a subscription. */
export function receivedBy(
  intent: z.infer<typeof paymentIntent>,
  of: { reference: string | null; subscriptionObjectId: string | null },
  capturedAt: string,
): PaymentChange {
  const currency = intent.currency.toUpperCase()
  const amountMinor = fromStripeAmount(intent.amount_received, currency)
  return { kind: 'payment_captured', factId: intent.id, ...of, amountMinor, currency, capturedAt }
}

/** A payment intent that was fetched with its latest charge, and that with its entry in the balance. */
export const paidIntent = paymentIntent.extend({
  latest_charge: z
    .object({ created: seconds, balance_transaction: z.union([z.string(), z.object({ created: seconds })]).nullable() })
    .nullable(),
})

/** When the money arrived. A charge by a delayed method is days older than its entry in the balance. */
export function arrivedAt({ latest_charge: charge }: z.infer<typeof paidIntent>): string | null {
  if (charge === null) return null
  const entry = charge.balance_transaction
  return instantOf(entry === null || typeof entry === 'string' ? charge.created : entry.created)
}

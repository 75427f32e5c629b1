import { z } from 'zod'
import { providerName } from './payment-event.ts'
import { amountMinor, currency, id, instant } from './values.ts'

export const paymentItem = z.object({
  id,
  siteId: id,
  sessionId: id.nullable(),
  quoteId: id.nullable(),
  provider: providerName,
  factId: z.string().describe("the provider's id of the capture"),
  amountMinor,
  currency,
  capturedAt: instant,
  refundedMinor: amountMinor.describe('what went back of it'),
  disputed: z.boolean().describe('its payer contests it, or did with success'),
})
export type PaymentItem = z.infer<typeof paymentItem>

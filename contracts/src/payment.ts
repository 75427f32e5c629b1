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
})
export type PaymentItem = z.infer<typeof paymentItem>

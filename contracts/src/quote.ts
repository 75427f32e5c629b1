import { z } from 'zod'
import { providerName } from './payment-event.ts'
import { amountMinor, currency, id, instant, plateText } from './values.ts'

export const quoteRequest = z.object({ siteId: id, plate: plateText })
export type QuoteRequest = z.infer<typeof quoteRequest>

/** `open`: can be paid. `paid`: leave by `leaveBy`. `expired`: ask for a new one. */
export const quoteState = z.enum(['open', 'paid', 'expired'])
export type QuoteState = z.infer<typeof quoteState>

export const quoteLine = z.object({
  text: z.string().describe('e.g. "2 × 30 min"'),
  amountMinor,
})
export type QuoteLine = z.infer<typeof quoteLine>

/** What a driver without an account sees: the sum and how it came about, never who or which vehicle. */
export const publicQuote = z.object({
  id,
  siteId: id.describe('where to ask for a new quote once this one has expired'),
  siteName: z.string(),
  timeZone: z.string(),
  state: quoteState,
  amountMinor,
  currency,
  lines: z.array(quoteLine),
  from: instant,
  pricedAt: instant,
  expiresAt: instant,
  leaveBy: instant.nullable(),
})
export type PublicQuote = z.infer<typeof publicQuote>

/** The answer to a plate: `quote` is null when nothing is owed, whether the plate was ever seen or not. */
export const quoteAnswer = z.object({ quote: publicQuote.nullable() })
export type QuoteAnswer = z.infer<typeof quoteAnswer>

export const checkoutRequest = z.object({ provider: providerName })
export type CheckoutRequest = z.infer<typeof checkoutRequest>
export const checkoutAnswer = z.object({ redirectUrl: z.url() })
export type CheckoutAnswer = z.infer<typeof checkoutAnswer>

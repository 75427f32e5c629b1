import { z } from 'zod'
import { observedState } from './gate-command.ts'
import { providerName } from './payment-event.ts'
import { amountMinor, currency, id, instant, plateText } from './values.ts'

export const quoteRequest = z
  .object({ siteId: id, plate: plateText })
  .meta({ examples: [{ siteId: '0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10', plate: 'B-XY 1234' }] })
export type QuoteRequest = z.infer<typeof quoteRequest>

/**
 * `POST /v1/quotes/advance`: pays so many minutes in advance, from now, whether the vehicle is inside or not. What is paid is kept as
 * credit of the plate at this site and netted against its stay, this one or the next; what that leaves over goes back.
 */
export const advanceRequest = z
  .strictObject({ siteId: id, plate: plateText, minutes: z.int().min(1).max(44_640) })
  .meta({ examples: [{ siteId: '0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10', plate: 'B-XY 1234', minutes: 120 }] })
export type AdvanceRequest = z.infer<typeof advanceRequest>

/** `open`: can be paid. `paid`: leave by `leaveBy`. `expired`: ask for a new one. */
export const quoteState = z.enum(['open', 'paid', 'expired'])
export type QuoteState = z.infer<typeof quoteState>

const band = z
  .object({ name: z.string(), from: z.string(), to: z.string() })
  .nullable()
  .describe('null: outside all bands')
const count = z.int()

/** What a line says, for whoever words it in another language: amounts in minor units, times of day as the tariff has them. */
export const quoteLineDetail = z.discriminatedUnion('code', [
  z.object({ code: z.literal('free_minutes'), params: z.object({ minutes: z.int() }) }),
  z.object({
    code: z.literal('increments'),
    params: z.object({ count, minutes: z.int(), byTheClock: z.boolean(), unitMinor: amountMinor, band }),
  }),
  z.object({ code: z.literal('flat'), params: z.object({ count, unitMinor: amountMinor, band }) }),
  z.object({ code: z.literal('band_cap'), params: z.object({ count, capMinor: amountMinor, band }) }),
  z.object({ code: z.literal('day_cap'), params: z.object({ count, capMinor: amountMinor }) }),
  z.object({ code: z.literal('stay_cap'), params: z.object({ capMinor: amountMinor }) }),
  z.object({ code: z.literal('vat_included'), params: z.object({ percent: z.string(), vatMinor: amountMinor }) }),
  z.object({ code: z.literal('vat_added'), params: z.object({ percent: z.string() }) }),
  z.object({ code: z.literal('prepaid'), params: z.object({}) }),
  z.object({ code: z.literal('already_paid'), params: z.object({}) }),
  z.object({ code: z.literal('adjusted'), params: z.object({}) }),
])
export type QuoteLineDetail = z.infer<typeof quoteLineDetail>

/** The amounts of a quote's lines add up to its sum. */
export const quoteLine = z.object({
  text: z.string().describe('in English, e.g. "2 × 30 min at 1.20"'),
  amountMinor,
  detail: quoteLineDetail.optional().describe('what the text was made from; quotes of earlier versions have none'),
})
export type QuoteLine = z.infer<typeof quoteLine>

/** Whoever types a plate gets the id of its quote. That alone shows the sum and, once it is paid, by when to leave. */
export const quoteKey = z.object({
  key: id
    .optional()
    .describe(
      'of the `payUrl` shown at the exit, or the way back from its provider: where its car stands is shown, too',
    ),
})

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
  leaveBy: instant.nullable().describe('to whoever paid this quote, or has a key'),
  credit: z.boolean().describe('paid in advance: kept for the stay, opens no barrier by itself'),
  providers: z.array(providerName).describe('through which it can be paid here'),
  receiptIds: z.array(id).describe('of what was paid for it: `GET /v1/public/receipts/{receiptId}`'),
  left: z.boolean().describe('its stay has ended, and its car stands at no exit any more; false without a key'),
  gate: z
    .object({
      openCommand: z
        .enum(['sent', 'executed'])
        .nullable()
        .describe('what became of the command to open for its car; null: there is none, or it failed'),
      observedState: observedState.nullable(),
    })
    .nullable()
    .describe('the exit at which its car stands; null: at none that is known, or there is no key'),
})
export type PublicQuote = z.infer<typeof publicQuote>

/** The answer to a plate: `quote` is null when nothing is owed, whether the plate was ever seen or not. */
export const quoteAnswer = z.object({ quote: publicQuote.nullable() })
export type QuoteAnswer = z.infer<typeof quoteAnswer>

export const checkoutRequest = z
  .object({ provider: providerName })
  .meta({ examples: [{ provider: providerName.options[0] }] })
export type CheckoutRequest = z.infer<typeof checkoutRequest>
export const checkoutAnswer = z.object({ redirectUrl: z.url() })
export type CheckoutAnswer = z.infer<typeof checkoutAnswer>

import { z } from 'zod'
import { receiptNumber } from './payment.ts'
import { providerName } from './payment-event.ts'
import { quoteLine } from './quote.ts'
import { amountMinor, currency, id, instant } from './values.ts'

const vatPart = z.object({
  percent: z.string().describe('as the law writes it, e.g. "19"'),
  netMinor: amountMinor,
  vatMinor: amountMinor,
})

/**
 * `GET /v1/public/receipts/{receiptId}`: what was paid, for as long as the payment is on record. Whoever has the link may see it:
 * it says neither who paid nor for which vehicle.
 */
export const receipt = z.object({
  id,
  number: receiptNumber,
  siteName: z.string(),
  issuer: z.string().nullable().describe('the receiptIssuer of the site as it is now, of several lines'),
  timeZone: z.string().describe('in which its times are to be shown'),
  what: z.enum(['stay', 'credit', 'subscription']),
  planName: z.string().nullable(),
  from: instant.nullable().describe('of a stay: from when it was charged'),
  until: instant.nullable().describe('of a stay: up to when it was priced'),
  lines: z.array(quoteLine),
  amountMinor,
  currency,
  vat: vatPart.nullable().describe('contained in the amount; null where the tariff has none'),
  provider: providerName,
  capturedAt: instant,
  refunds: z.array(z.object({ amountMinor, occurredAt: instant })).describe('what went back of it'),
})
export type Receipt = z.infer<typeof receipt>

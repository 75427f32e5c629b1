import { z } from 'zod'
import { paymentChange, providerName, refundState } from './payment-event.ts'
import { amountMinor, currency, id, instant, line, plateText } from './values.ts'

/** One after the other within a site, without a gap: what a bookkeeper files by. */
export const receiptNumber = z.int().positive().describe('of its receipt; consecutive within the site')

export const paymentItem = z.object({
  id,
  siteId: id,
  receiptNumber,
  sessionId: id.nullable(),
  quoteId: id.nullable(),
  subscriptionId: id.nullable().describe('whose period it paid'),
  provider: providerName,
  factId: z.string().describe("the provider's id of the capture"),
  amountMinor,
  currency,
  capturedAt: instant,
  refundedMinor: amountMinor.describe('what went back of it'),
  disputed: z.boolean().describe('its payer contests it, or did with success'),
})
export type PaymentItem = z.infer<typeof paymentItem>

const reason = line(200).trim().min(3, 'say why, in at least 3 characters').describe('why: kept in the audit trail')

/** `POST /v1/payments/{paymentId}/refunds`. */
export const refundRequest = z
  .strictObject({ amountMinor: amountMinor.positive(), reason })
  .meta({ examples: [{ amountMinor: 450, reason: 'the barrier did not open' }] })
export type RefundRequest = z.infer<typeof refundRequest>

/** `asked`: the provider has not answered yet, and is asked again until it does. `refused`: it will not; `detail` says why. */
export const refundItem = z.object({
  id,
  paymentId: id.nullable(),
  amountMinor,
  currency,
  state: z.enum(['asked', 'refused', ...refundState.options]),
  reason: z.string().nullable().describe('null where somebody else than an operator of ours made it'),
  detail: z.string().nullable(),
  at: instant,
})
export type RefundItem = z.infer<typeof refundItem>
/** `GET /v1/payments/{paymentId}/refunds`, newest first. */
export const refundItems = z.object({ items: z.array(refundItem) })
export type RefundItems = z.infer<typeof refundItems>

/** An item of `GET /v1/orphans`: a notification that refers to nothing we know, or that nobody understood. */
export const orphanItem = z.object({
  id,
  provider: providerName,
  eventId: z.string(),
  eventType: z.string(),
  receivedAt: instant,
  change: paymentChange.describe('what it says, in our words'),
})
export type OrphanItem = z.infer<typeof orphanItem>

/** `POST /v1/orphans/{orphanId}/adopt`: whose money it is. A stay, a vehicle's credit at a site, or a subscription. */
export const orphanAdoption = z
  .strictObject({
    sessionId: id.optional(),
    siteId: id.optional(),
    plate: plateText.optional(),
    subscriptionId: id.optional(),
    reason,
  })
  .refine(
    (to) =>
      [to.sessionId, to.subscriptionId, to.siteId].filter((each) => each !== undefined).length === 1 &&
      (to.siteId === undefined) === (to.plate === undefined),
    { message: 'name a sessionId, a subscriptionId, or a siteId with a plate' },
  )
  .meta({ examples: [{ sessionId: '0197a3c2-c0de-7abc-8def-0123456789ab', reason: 'the driver showed the receipt' }] })
export type OrphanAdoption = z.infer<typeof orphanAdoption>

/** `POST /v1/orphans/{orphanId}/dismiss`: somebody has looked at it, and it concerns nobody here. */
export const orphanDismissal = z.strictObject({ reason }).meta({ examples: [{ reason: 'a test payment of our bank' }] })
export type OrphanDismissal = z.infer<typeof orphanDismissal>

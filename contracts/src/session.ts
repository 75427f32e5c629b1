import { z } from 'zod'
import { paymentItem } from './payment.ts'
import { amountMinor, currency, id, instant, line, plateText, version } from './values.ts'

/** `void`: the vehicle turned back at the entry. `missed_exit`: it entered again without having been seen leaving. */
export const sessionState = z.enum(['open', 'closed', 'void', 'missed_exit'])
export type SessionState = z.infer<typeof sessionState>

export const sessionItem = z.object({
  id,
  siteId: id,
  plate: z.string().nullable(),
  state: sessionState,
  needsReview: z.boolean(),
  subscriptionId: id.nullable(),
  openedAt: instant,
  closedAt: instant.nullable(),
  paidUntil: instant.nullable(),
  paidMinor: z.int().describe('less what went back'),
  currency,
})
export type SessionItem = z.infer<typeof sessionItem>

export const adjustmentItem = z.object({
  id,
  sessionId: id,
  amountMinor,
  currency,
  reason: z.string(),
  at: instant,
})
export type AdjustmentItem = z.infer<typeof adjustmentItem>

export const sessionDetail = sessionItem.extend({
  version,
  entryDecisionId: id.nullable(),
  exitDecisionId: id.nullable(),
  payments: z.array(paymentItem),
  adjustments: z.array(adjustmentItem),
})
export type SessionDetail = z.infer<typeof sessionDetail>

export const sessionChangeFields = {
  plate: plateText.optional().describe('the right plate; a subscription follows it'),
  openedAt: instant.optional().describe('when it really began; it is priced from then on'),
  waived: z.literal(true).optional().describe('what is owed is not asked for, if it leaves within the exit buffer'),
  state: z.literal('closed').optional().describe('the vehicle is not inside any more'),
  exitDecisionId: id
    .optional()
    .describe('with `state`: the decision at an exit that let it out without knowing this stay, which ended then'),
  needsReview: z.literal(false).optional().describe('somebody has looked at it, and it is in order'),
}
const why = line(200).trim().min(3, 'say why, in at least 3 characters').describe('why: kept in the audit trail')

/**
 * What an operator may put right about a stay. What cameras read stays as it is. The price follows from what is changed: nobody
 * types a sum.
 */
export const sessionChange = z
  .strictObject({ ...sessionChangeFields, changeReason: why })
  .refine(({ changeReason: _why, ...changes }) => Object.values(changes).some((value) => value !== undefined), {
    message: 'names nothing to change',
  })
  .meta({ examples: [{ plate: 'B-XY 1284', changeReason: 'misread at the entry, seen on the picture' }] })
export type SessionChange = z.infer<typeof sessionChange>

export const newSessionFields = {
  siteId: id,
  plate: plateText,
  openedAt: instant.describe('when it came in, as far as anybody knows; it is priced from then on'),
  exitDecisionId: id.optional().describe('the decision at an exit that let it out, where it has left again'),
}

/** A stay whose entry nobody saw. Its vehicle stands at an exit, or was let out of one. */
export const newSession = z.strictObject({ ...newSessionFields, changeReason: why }).meta({
  examples: [
    {
      siteId: '0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10',
      plate: 'B-XY 1284',
      openedAt: '2026-03-10T08:15:00Z',
      changeReason: 'came in while the entry was held open, the driver has the ticket',
    },
  ],
})
export type NewSession = z.infer<typeof newSession>

/**
 * `POST /v1/sessions/{sessionId}/adjustments`: what a stay is asked for becomes more or less by a sum, whatever its price. It is
 * a fact of its own: taken back by another of the opposite sign.
 */
/** What all adjustments of a stay may add up to: its sum stays one that can be stored and charged. */
export const [mostTakenOffMinor, mostPutOnMinor] = [1_000_000_000, 100_000_000]

export const newAdjustment = z
  .strictObject({
    amountMinor: amountMinor
      .min(-mostTakenOffMinor)
      .max(mostPutOnMinor)
      .refine((amount) => amount !== 0, 'adjusts nothing')
      .describe('negative: less is asked'),
    reason: why,
  })
  .meta({ examples: [{ amountMinor: -500, reason: 'the exit was blocked by a lorry for an hour' }] })
export type NewAdjustment = z.infer<typeof newAdjustment>

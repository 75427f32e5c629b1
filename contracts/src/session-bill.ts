import { z } from 'zod'
import { quoteLine } from './quote.ts'
import { newSessionFields, sessionChangeFields } from './session.ts'
import { currency, id, instant } from './values.ts'

/*
 * What stays would be asked for: nothing is made that could be paid, and nobody is asked.
 */

/** Why nothing is owed. */
export const settledBy = z.enum(['subscription', 'paid', 'free_period', 'nothing_owed'])
export type SettledBy = z.infer<typeof settledBy>

/** What a stay would be asked for if it ended at `at`. */
export const billNow = z.object({
  at: instant,
  owedMinor: z.int().nonnegative().describe('what is missing; 0 where nothing is owed'),
  currency,
  lines: z.array(quoteLine).describe('how that comes about'),
  settledBy: settledBy.nullable().describe('why nothing is owed; null where something is'),
  needsReview: z.boolean().describe('somebody should look before it is asked of anybody'),
})
export type BillNow = z.infer<typeof billNow>

export const billsRequest = z
  .strictObject({ sessionIds: z.array(id).min(1).max(200) })
  .meta({ examples: [{ sessionIds: ['0197a3c2-f00d-7bbb-9d11-1f2e3d4c5b6a'] }] })
export type BillsRequest = z.infer<typeof billsRequest>

/** Stays that have ended, or that are not at a site of the asker's, are left out. */
export const billsAnswer = z.object({ items: z.array(z.object({ sessionId: id, bill: billNow })) })
export type BillsAnswer = z.infer<typeof billsAnswer>

/** A change of a stay that is only tried out. */
export const sessionPreview = z
  .strictObject(sessionChangeFields)
  .meta({ examples: [{ openedAt: '2026-03-10T08:15:00Z' }] })
export type SessionPreview = z.infer<typeof sessionPreview>

/** A stay whose entry nobody saw, only tried out. */
export const newSessionPreview = z.strictObject(newSessionFields).meta({
  examples: [{ siteId: '0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10', plate: 'B-XY 1284', openedAt: '2026-03-10T08:15:00Z' }],
})
export type NewSessionPreview = z.infer<typeof newSessionPreview>

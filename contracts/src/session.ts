import { z } from 'zod'
import { paymentItem } from './payment.ts'
import { currency, id, instant, version } from './values.ts'

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

export const sessionDetail = sessionItem.extend({
  version,
  entryDecisionId: id.nullable(),
  exitDecisionId: id.nullable(),
  payments: z.array(paymentItem),
})
export type SessionDetail = z.infer<typeof sessionDetail>

import { z } from 'zod'
import { auditItem } from './audit.ts'
import { decisionItem, readItem } from './decision.ts'
import { commandItem, passageKind } from './gate-command.ts'
import { paymentItem } from './payment.ts'
import { quoteLine } from './quote.ts'
import { billNow } from './session-bill.ts'
import { amountMinor, currency, id, instant } from './values.ts'

/*
 * All that is on record of one stay, in the order it happened.
 */

const passageItem = z.object({
  id,
  gateId: id,
  kind: passageKind,
  decisionId: id.nullable().describe('the answer that it followed'),
  receivedAt: instant,
})

const quoteItem = z.object({
  id,
  amountMinor,
  currency,
  lines: z.array(quoteLine),
  chargedFrom: instant,
  expiresAt: instant,
  paidAt: instant.nullable(),
})

const at = instant.describe('when it happened')
export const timelineEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('read'), at, read: readItem }),
  z.object({ kind: z.literal('decision'), at, decision: decisionItem }),
  z.object({ kind: z.literal('passage'), at, passage: passageItem }),
  z.object({ kind: z.literal('quote'), at, quote: quoteItem }),
  z.object({ kind: z.literal('payment'), at, payment: paymentItem }),
  z.object({ kind: z.literal('command'), at, command: commandItem }),
  z.object({ kind: z.literal('audit'), at, audit: auditItem }),
])
export type TimelineEntry = z.infer<typeof timelineEntry>

export const sessionTimeline = z.object({
  items: z.array(timelineEntry).describe('oldest first; at most the newest 200 of a kind'),
  bill: billNow.nullable().describe('null once the stay has ended'),
})
export type SessionTimeline = z.infer<typeof sessionTimeline>

import { z } from 'zod'
import { id, instant } from './values.ts'

export const outcome = z.enum(['ALLOW', 'DENY', 'PAY'])
export type Outcome = z.infer<typeof outcome>

/** How a decision was made: from Postgres, from a failure policy, or too late to move anything. */
export const decisionMode = z.enum(['normal', 'fallback', 'history'])
export type DecisionMode = z.infer<typeof decisionMode>

/**
 * Every reason a decision can give, with the text for the lane display.
 * The list is closed: a new rule needs a new line here.
 */
export const reasonTexts = {
  subscription: 'Welcome',
  transient_entry: 'Welcome. Please pay before you leave',
  pool_overflow: 'All places of your subscription are taken: this stay is charged',
  already_inside_flagged: 'Welcome. Your last exit was not seen',
  prepaid: 'Paid. Welcome',
  held_open: 'Drive through',
  free_period: 'Good-bye',
  nothing_owed: 'Good-bye',
  paid: 'Paid. Good-bye',
  exit_without_session: 'Good-bye',
  review_timed_out: 'Good-bye. The bill comes later',
  prepay_required: 'Please pay first',
  payment_due: 'Please pay',
  review_required: 'Please call for help: this stay needs a check',
  blacklisted: 'No entry',
  gate_blocked: 'Lane closed',
  already_inside: 'This vehicle is already inside',
  pool_exhausted: 'All places of your subscription are taken',
  site_full: 'Car park full',
  not_subscribed: 'Subscribers only',
  no_session: 'No entry found. Please call for help',
  read_too_old: 'Please wait',
  awaiting_better_read: 'One moment please',
  fallback_open: 'Drive through',
  fallback_allow_list: 'Welcome',
  fallback_closed: 'Please call for help',
} as const
export const reasonCodes = Object.keys(reasonTexts) as [ReasonCode, ...ReasonCode[]]
export const reasonCode = z.enum(reasonCodes)
export type ReasonCode = keyof typeof reasonTexts

/** What became of a read. `suppressed`: another read of the same pass was decided. */
export const disposition = z.enum(['decided', 'suppressed', 'pending', 'history'])
export type Disposition = z.infer<typeof disposition>

const readFields = {
  id,
  eventId: z.string(),
  plateRaw: z.string().nullable().describe('as the camera wrote it; null once erased'),
  plate: z.string().nullable().describe('normalised; null once erased'),
  confidence: z.number().min(0).max(1).nullable(),
  capturedAt: instant,
  receivedAt: instant,
}

export const decisionItem = z.object({
  id,
  siteId: id,
  gateId: id,
  cameraId: id,
  outcome,
  reason: reasonCode,
  mode: decisionMode,
  read: z.object(readFields),
  matchedPlate: z.string().nullable(),
  sessionId: id.nullable(),
  createdAt: instant,
})
export type DecisionItem = z.infer<typeof decisionItem>

export const readItem = z.object({
  ...readFields,
  cameraId: id,
  gateId: id,
  siteId: id,
  disposition,
  decisionId: id.nullable(),
})
export type ReadItem = z.infer<typeof readItem>

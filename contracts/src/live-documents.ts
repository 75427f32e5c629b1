import { z } from 'zod'
import { decisionMode, outcome, reasonCode } from './decision.ts'
import { barrierMode, commandAction, commandOutcome, gateDirection, observedState } from './gate-command.ts'
import { role } from './operator.ts'
import { providerName } from './payment-event.ts'
import { sessionState } from './session.ts'
import { amountMinor, currency, id, instant } from './values.ts'

/*
 * The read model that operators' screens follow, in Firestore or through `GET /v1/live`. Every document is whole and carries `v`,
 * which only grows, and `updatedAt`, so that a screen can say how old it is. Plates are masked: rules cannot hide a field.
 */

const stamp = { v: z.int().nonnegative(), updatedAt: instant }
const plateMasked = z.string().describe('masked, e.g. B-••••34; full plates come from the API by id')

/**
 * However quiet a site is, its document is written again at least this often, with a new `updatedAt`. Where every site that a screen
 * follows is older than this and a little, the mirror stands still, whatever the connection looks like.
 */
export const siteRefreshSeconds = 20

const count = z.int().nonnegative()

export const siteDocument = z.object({
  ...stamp,
  name: z.string(),
  timeZone: z.string(),
  currency,
  capacity: z.int(),
  inside: z.int().describe('open sessions'),
  placesTaken: z.int().describe('places claimed: exempt vehicles take none'),
  today: z
    .object({
      date: z.iso.date().describe("the day of the site's own calendar that the figures are of"),
      entries: count,
      exits: count,
      denials: count,
      revenueMinor: count.describe('what was paid, before what went back'),
    })
    .nullable()
    .default(null)
    .describe('as the reports of traffic and revenue count; null from a core that does not count yet'),
  openAlerts: count.default(0).describe('alerts that nobody looks after yet'),
  gates: z
    .object({
      inUse: count,
      heldOpen: count,
      blocked: count,
      inFallback: count.describe('whose last decision was made by its failure policy'),
    })
    .nullable()
    .default(null),
})
export type SiteDocument = z.infer<typeof siteDocument>

/** Screens and core are not renewed at the same moment: a wait that does not say when it ends is not shown for ever. */
const longOver = '1970-01-01T00:00:00.000Z'

export const gateDocument = z.object({
  ...stamp,
  siteId: id,
  name: z.string(),
  direction: gateDirection,
  barrierMode,
  holdUntil: instant.nullable(),
  observedState: observedState.nullable(),
  retired: z.boolean().default(false).describe('out of use for good: not to be shown among the lanes'),
  camera: z
    .object({
      lastSeenAt: instant.nullable(),
      clockAheadSeconds: z
        .int()
        .nullable()
        .default(null)
        .describe('what its clock shows more than ours; of several cameras the one that is most off'),
      clockJumped: z
        .boolean()
        .default(false)
        .describe('reads count from when they arrive until somebody confirms the clock'),
    })
    .nullable()
    .describe('the cameras of this gate together'),
  lastDecision: z
    .object({
      id,
      outcome,
      reason: reasonCode,
      mode: decisionMode,
      plateMasked,
      confidence: z.number().nullable(),
      at: instant,
      movedOnAt: instant
        .nullable()
        .default(null)
        .describe('when the vehicle was reported to have driven on or turned back; null while it may be there still'),
    })
    .nullable(),
  waiting: z
    .object({
      since: instant,
      until: instant.default(longOver).describe('from then on a payment opens no barrier until the car is read again'),
      amountMinor,
      currency,
    })
    .nullable()
    .describe('the car that waits at this exit and what it owes'),
  lastCommand: z
    .object({
      id,
      action: commandAction,
      reason: z.string(),
      issuedAt: instant,
      outcome: commandOutcome.nullable(),
      detail: z.string().nullable(),
    })
    .nullable(),
})
export type GateDocument = z.infer<typeof gateDocument>

export const sessionDocument = z.object({
  ...stamp,
  siteId: id,
  plateMasked,
  state: sessionState,
  needsReview: z.boolean(),
  subscribed: z.boolean(),
  openedAt: instant,
  closedAt: instant.nullable(),
  paidUntil: instant.nullable(),
  expireAt: instant.nullable().describe('TTL field, set once the session is no longer open'),
})
export type SessionDocument = z.infer<typeof sessionDocument>

export const paymentDocument = z.object({
  ...stamp,
  siteId: id,
  sessionId: id.nullable(),
  provider: providerName,
  amountMinor,
  currency,
  capturedAt: instant,
  refundedMinor: amountMinor.default(0).describe('what went back of it'),
  disputed: z.boolean().default(false).describe('its payer contests it, or did with success'),
  expireAt: instant.nullable().default(null).describe('TTL field'),
})
export type PaymentDocument = z.infer<typeof paymentDocument>

export const alertKind = z.enum([
  'look_alike_blacklisted',
  'exit_without_session',
  'session_needs_review',
  'tailgated',
  'decided_in_fallback',
  'refund_during_stay',
  'refund_exceeds_payment',
  'payment_disputed',
  'camera_clock_jumped',
  'review_timed_out',
  'mirror_document_stuck',
  'payment_parked',
  'payment_surplus',
  'payment_late',
  'provider_call_refused',
])
export type AlertKind = z.infer<typeof alertKind>
export const alertState = z.enum(['open', 'acknowledged', 'resolved'])
export type AlertState = z.infer<typeof alertState>

export const alertDocument = z.object({
  ...stamp,
  siteId: id,
  gateId: id.nullable(),
  kind: alertKind,
  subjectKind: z.string(),
  subjectId: id,
  state: alertState,
  raisedAt: instant,
  expireAt: instant.nullable().default(null).describe('TTL field, set once the alert is resolved'),
})
export type AlertDocument = z.infer<typeof alertDocument>

/** What the rules read. Id is the Firebase uid; `sites` lists every site the operator may see, admins included. */
export const operatorDocument = z.object({
  ...stamp,
  name: z.string(),
  role,
  sites: z.array(id),
  disabled: z.boolean(),
})
export type OperatorDocument = z.infer<typeof operatorDocument>

export const documentPath = {
  site: (siteId: string) => `sites/${siteId}`,
  gate: (siteId: string, gateId: string) => `sites/${siteId}/gates/${gateId}`,
  session: (siteId: string, sessionId: string) => `sites/${siteId}/sessions/${sessionId}`,
  alert: (siteId: string, alertId: string) => `sites/${siteId}/alerts/${alertId}`,
  payment: (siteId: string, paymentId: string) => `sites/${siteId}/payments/${paymentId}`,
  operator: (uid: string) => `operators/${uid}`,
}

/** One `document` event of `GET /v1/live`, `data` is null for a document that is gone; after rights, sites and gates a `synced` event follows, then a `ping` every 10 s. */
export const liveEvent = z.object({ path: z.string(), data: z.record(z.string(), z.unknown()).nullable() })
export type LiveEvent = z.infer<typeof liveEvent>

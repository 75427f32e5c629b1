import { z } from 'zod'
import { outcome } from './decision.ts'
import { barrierMode, gateDirection } from './gate-command.ts'
import {
  antiPassbackPolicy,
  exitWithoutSessionPolicy,
  failPolicy,
  failure,
  poolExhaustedPolicy,
  reviewTimeoutPolicy,
  unknownVehiclePolicy,
} from './site.ts'
import { tariffRules } from './tariff.ts'

const date = z.iso.datetime().transform((text) => new Date(text))
const match = z.enum(['exact', 'look_alike'])

/**
 * What a decision was made from, as JSON is stored with it: this gives it back as the rules saw it. Strict, because a fact that
 * got lost here would be a decision that cannot be replayed. Plates appear by id only.
 */
export const decisionFacts = z.strictObject({
  site: z.strictObject({
    timeZone: z.string(),
    currency: z.string(),
    unknownVehiclePolicy,
    antiPassbackPolicy,
    exitWithoutSessionPolicy,
    maxReadAgeSeconds: z.number(),
    passWindowSeconds: z.number(),
    quoteValidSeconds: z.number(),
    exitBufferSeconds: z.number(),
    plausibleAmountMinor: z.number(),
    maxStaySeconds: z.number(),
    reviewTimeoutPolicy,
    placeFree: z.boolean(),
  }),
  gate: z.strictObject({
    direction: gateDirection,
    barrierMode,
    observedClosed: z.boolean(),
    minConfidence: z.number(),
  }),
  clock: z.strictObject({ offsetMs: z.number(), jumpedToMs: z.number().nullable() }),
  track: z.strictObject({ decisionId: z.string(), outcome }).nullable(),
  letThrough: z.strictObject({ decisionId: z.string() }).nullable().default(null),
  pass: z
    .strictObject({
      decisionId: z.string(),
      plateId: z.string(),
      knowsPlate: z.boolean(),
      alike: z.boolean(),
      trackId: z.string().nullable(),
      confidence: z.number().nullable(),
      pending: z.boolean(),
      firstReadAt: date,
      outcome,
      sessionId: z.string().nullable(),
      sessionOpen: z.boolean(),
      subscriptionId: z.string().nullable(),
      decidedAt: date,
      passageAt: date.nullable(),
      command: z.strictObject({ id: z.string(), state: z.enum(['live', 'executed', 'spent']) }).nullable(),
    })
    .nullable(),
  ownCar: z.boolean(),
  blacklistedLookAlike: z.boolean(),
  blacklisted: z.boolean(),
  session: z
    .strictObject({
      id: z.string(),
      plateId: z.string(),
      match,
      tieBroken: z.boolean(),
      openedAt: date,
      paidUntil: date.nullable(),
      paidMinor: z.number(),
      adjustedMinor: z.number().default(0),
      subscriptionId: z.string().nullable(),
      coveredUntil: date.nullable(),
      holdsPlace: z.boolean(),
      holdsPoolPlace: z.boolean(),
      needsReview: z.boolean(),
      readAtEntrySince: z.boolean(),
      readElsewhereSince: z.boolean(),
      openQuote: z.strictObject({ id: z.string(), amountMinor: z.number(), expiresAt: date }).nullable(),
    })
    .nullable(),
  subscription: z
    .strictObject({
      id: z.string(),
      plateId: z.string(),
      match,
      tieBroken: z.boolean(),
      poolPlaceFree: z.boolean(),
      poolExhaustedPolicy,
      exemptFromCapacity: z.boolean(),
    })
    .nullable(),
  prepaidQuoteId: z.string().nullable(),
  tariff: z.strictObject({ id: z.string(), rules: tariffRules }).nullable(),
  read: z.strictObject({
    plateId: z.string(),
    trackId: z.string().nullable(),
    confidence: z.number().nullable(),
    closesTrack: z.boolean(),
    retransmitted: z.boolean(),
    capturedAt: date,
    receivedAt: date,
  }),
  /** The rules, the end of a wait for a review, or a gate's policy for what the rules could not answer. */
  decidedBy: z.union([
    z.enum(['rules', 'review_timeout']),
    z.strictObject({ failure: failure.exclude(['api_down']), policy: failPolicy }),
  ]),
})

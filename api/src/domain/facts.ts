import type { Outcome } from '@turnpike/contracts/decision.ts'
import type { BarrierMode, GateDirection } from '@turnpike/contracts/gate-command.ts'
import type {
  AntiPassbackPolicy,
  ExitWithoutSessionPolicy,
  FailPolicy,
  Failure,
  PoolExhaustedPolicy,
  ReviewTimeoutPolicy,
  UnknownVehiclePolicy,
} from '@turnpike/contracts/site.ts'
import type { TariffRules } from '@turnpike/contracts/tariff.ts'

/**
 * All that a decision is made from beside the read, as one statement loaded it. Stored with the decision, so that it can be
 * replayed: a plate appears here by id only.
 */
export type Facts = {
  site: {
    timeZone: string
    currency: string
    unknownVehiclePolicy: UnknownVehiclePolicy
    antiPassbackPolicy: AntiPassbackPolicy
    exitWithoutSessionPolicy: ExitWithoutSessionPolicy
    maxReadAgeSeconds: number
    passWindowSeconds: number
    quoteValidSeconds: number
    exitBufferSeconds: number
    plausibleAmountMinor: number
    maxStaySeconds: number
    reviewTimeoutPolicy: ReviewTimeoutPolicy
    placeFree: boolean
  }
  gate: { direction: GateDirection; barrierMode: BarrierMode; observedClosed: boolean; minConfidence: number }
  /** How far the camera's clock is ahead of ours, in ms, and where it has jumped to, which nobody has confirmed yet. */
  clock: { offsetMs: number; jumpedToMs: number | null }
  pass: PassFacts | null
  /** What the newest read of this camera's track was decided to, whatever was read since. */
  track: { decisionId: string; outcome: Outcome } | null
  /** What let this vehicle through here in the last minutes, where another one was read since and none was reported to pass. */
  letThrough: { decisionId: string } | null
  /** The plate as read is itself a subscriber's, blacklisted, or inside: this is its own car, however alike another one is. */
  ownCar: boolean
  /** A blacklisted plate looks like this one: an alert, never a denial. */
  blacklistedLookAlike: boolean
  blacklisted: boolean
  session: SessionFacts | null
  subscription: SubscriptionFacts | null
  /** The paid quote that admits this vehicle at a prepaid site, while it lasts. */
  prepaidQuoteId: string | null
  tariff: { id: string; rules: TariffRules } | null
}

/** The newest pass at the gate. `command` is the one that opened, or opens, the barrier for it. */
export type PassFacts = {
  decisionId: string
  plateId: string
  /** Whether the plate that was read now was read in this pass before, or is that of the vehicle it was taken for. */
  knowsPlate: boolean
  /** Whether its plate and the one read now look like one: equal skeletons, or one edit apart with five characters or more. */
  alike: boolean
  /** Where the camera that reads now began it: each camera of a gate counts its tracks by itself. */
  trackId: string | null
  confidence: number | null
  pending: boolean
  firstReadAt: Date
  outcome: Outcome
  sessionId: string | null
  /** Whether that session is still open, and the subscription that covers it. */
  sessionOpen: boolean
  subscriptionId: string | null
  decidedAt: Date
  passageAt: Date | null
  command: { id: string; state: 'live' | 'executed' | 'spent' } | null
}

/** The vehicle's open session at this site. */
export type SessionFacts = {
  id: string
  /** The plate of the stay, and how the read found it. A look-alike is never charged by itself. */
  plateId: string
  match: Match
  tieBroken: boolean
  openedAt: Date
  paidUntil: Date | null
  paidMinor: number
  /** What operators put on the price, or took off it. */
  adjustedMinor: number
  /** The subscription that covered the entry, until `coveredUntil` (null: open-ended). */
  subscriptionId: string | null
  coveredUntil: Date | null
  holdsPlace: boolean
  holdsPoolPlace: boolean
  /** Somebody should look at it before it is charged. */
  needsReview: boolean
  /** The vehicle was read at an entry of this site, or at another site, since the stay began. */
  readAtEntrySince: boolean
  readElsewhereSince: boolean
  /** A quote of this stay that can still be paid. */
  openQuote: { id: string; amountMinor: number; expiresAt: Date } | null
}

/** The subscription of this vehicle that is valid here and now. */
export type SubscriptionFacts = {
  id: string
  /** The subscriber's plate, and how the read found it. */
  plateId: string
  match: Match
  tieBroken: boolean
  poolPlaceFree: boolean
  poolExhaustedPolicy: PoolExhaustedPolicy
  exemptFromCapacity: boolean
}

/** The read as the rules see it. */
export type ReadFacts = {
  plateId: string
  trackId: string | null
  confidence: number | null
  /** The camera says that the vehicle has gone: never the start of a pass. */
  closesTrack: boolean
  /** The camera kept it back and sends it late: it tells what happened, and opens nothing. */
  retransmitted: boolean
  capturedAt: Date
  receivedAt: Date
}

/** `tieBroken` beside it: several vehicles looked alike, and this one alone was among the camera's candidates. */
export type Match = 'exact' | 'look_alike'

/** What is stored with a decision: with the instant it was made at, all that it takes to make it again. */
export type StoredFacts = Facts & {
  read: ReadFacts
  /** The rules, the end of a wait for a review, or the gate's policy for what the rules could not answer. */
  decidedBy: 'rules' | 'review_timeout' | { failure: Exclude<Failure, 'api_down'>; policy: FailPolicy }
}

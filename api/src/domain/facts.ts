import type { Outcome } from '@turnpike/contracts/decision.ts'
import type { BarrierMode, GateDirection } from '@turnpike/contracts/gate-command.ts'
import type {
  AntiPassbackPolicy,
  ExitWithoutSessionPolicy,
  FailPolicy,
  Failure,
  PoolExhaustedPolicy,
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
    placeFree: boolean
  }
  gate: { direction: GateDirection; barrierMode: BarrierMode; observedClosed: boolean; minConfidence: number }
  pass: PassFacts | null
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
  /** Whether its plate and the one read now look like one: equal skeletons, or one edit apart with five characters or more. */
  alike: boolean
  trackId: string | null
  confidence: number | null
  pending: boolean
  firstReadAt: Date
  outcome: Outcome
  sessionId: string | null
  /** Whether that session is still open. */
  sessionOpen: boolean
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
  openedAt: Date
  paidUntil: Date | null
  paidMinor: number
  /** The subscription that covered the entry, until `coveredUntil` (null: open-ended). */
  subscriptionId: string | null
  coveredUntil: Date | null
  holdsPlace: boolean
  holdsPoolPlace: boolean
  /** A quote of this stay that can still be paid. */
  openQuote: { id: string; amountMinor: number; expiresAt: Date } | null
}

/** The subscription of this vehicle that is valid here and now. */
export type SubscriptionFacts = {
  id: string
  /** The subscriber's plate, and how the read found it. */
  plateId: string
  match: Match
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

export type Match = 'exact' | 'look_alike'

/** What is stored with a decision: with the instant it was made at, all that it takes to make it again. */
export type StoredFacts = Facts & {
  read: ReadFacts
  /** Null: decided by the rules. Else they could not decide, and the gate's policy for that did. */
  fallback: { failure: Exclude<Failure, 'api_down'>; policy: FailPolicy } | null
}

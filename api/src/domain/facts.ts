import type { Outcome } from '@turnpike/contracts/decision.ts'
import type { BarrierMode, GateDirection } from '@turnpike/contracts/gate-command.ts'
import type {
  AntiPassbackPolicy,
  ExitWithoutSessionPolicy,
  PoolExhaustedPolicy,
  UnknownVehiclePolicy,
} from '@turnpike/contracts/site.ts'
import type { TariffRules } from '@turnpike/contracts/tariff.ts'

/**
 * All that a decision is made from, as one statement loaded it. Stored with the decision, so that it can be replayed: a plate
 * appears here by id only.
 */
export type Facts = {
  site: {
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
  gate: { direction: GateDirection; barrierMode: BarrierMode; observedClosed: boolean }
  pass: PassFacts | null
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
  trackId: string | null
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
  poolPlaceFree: boolean
  poolExhaustedPolicy: PoolExhaustedPolicy
  exemptFromCapacity: boolean
}

/** The read as the rules see it. */
export type ReadFacts = { plateId: string; trackId: string | null; capturedAt: Date; receivedAt: Date }

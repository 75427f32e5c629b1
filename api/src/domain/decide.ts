import type { DecisionMode, Outcome, ReasonCode } from '@turnpike/contracts/decision.ts'
import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import type { FailPolicy } from '@turnpike/contracts/site.ts'
import { settle } from './bill.ts'
import type { Facts, ReadFacts, SessionFacts } from './facts.ts'
import { isHistory } from './read-age.ts'
import { pricePrepaid } from './tariff/price-stay.ts'

/** Grows with every change of a rule: a stored decision is replayed by the rules it was made with. */
export const rulesVersion = 6

/** What a decision moves. */
export type Effect =
  | { kind: 'none' }
  | {
      kind: 'open_session'
      subscriptionId: string | null
      takesPlace: boolean
      takesPoolPlace: boolean
      replaces: SessionFacts | null
    }
  | { kind: 'close_session'; session: SessionFacts; needsReview: boolean }
  | {
      kind: 'quote'
      session: SessionFacts | null
      tariffId: string
      amountMinor: number
      lines: QuoteLine[]
      chargedFrom: Date
      needsReview: boolean
      /** Nobody has to look first, and the plate is exactly that of the stay. */
      chargeAutomatically: boolean
    }

export type Verdict = { outcome: Outcome; reason: ReasonCode; mode: DecisionMode; effect: Effect }

/** Answers a read: pure, so that the same facts, read and time give the same verdict for ever. */
export function decide(facts: Facts, read: ReadFacts, now: Date): Verdict {
  if (isHistory(facts, read))
    return { outcome: 'DENY', reason: 'read_too_old', mode: 'history', effect: { kind: 'none' } }
  const verdict = facts.gate.direction === 'entry' ? decideEntry(facts, now) : decideExit(facts, now)
  if (isLetThroughHeld(facts)) return letThrough(facts, verdict, 'held_open', 'normal')
  return isUnsure(facts, read) ? deny('awaiting_better_read') : verdict
}

/**
 * Answers a read that no better one followed, by the policy of the gate: `open` lets anybody through, `allow_list` a subscriber
 * whose plate is exactly the one that was read, `closed` nobody.
 */
export function decideByPolicy(facts: Facts, read: ReadFacts, policy: FailPolicy, now: Date): Verdict {
  const verdict = decide(facts, { ...read, confidence: null }, now)
  if (verdict.mode === 'history' || facts.gate.barrierMode !== 'normal') return verdict
  if (policy === 'open') return letThrough(facts, verdict, 'fallback_open', 'fallback')
  const match = facts.session?.match ?? facts.subscription?.match
  if (policy === 'allow_list' && verdict.reason === 'subscription' && match === 'exact')
    return { ...verdict, reason: 'fallback_allow_list', mode: 'fallback' }
  return { outcome: 'DENY', reason: 'fallback_closed', mode: 'fallback', effect: { kind: 'none' } }
}

/**
 * Answers for a car that has waited for a review as long as its site lets it: out it goes, and is billed later. Null: it stays, as
 * the policy says so, the lane is blocked, or no review is owed any more.
 */
export function decideReviewTimeout(facts: Facts, now: Date): Verdict | null {
  const { site, gate } = facts
  if (site.reviewTimeoutPolicy === 'keep_closed' || gate.direction !== 'exit' || gate.barrierMode !== 'normal')
    return null
  const { reason } = decideExit(facts, now)
  if (reason !== 'review_required' || facts.session === null) return null
  const effect: Effect = { kind: 'close_session', session: facts.session, needsReview: true }
  return { outcome: 'ALLOW', reason: 'review_timed_out', mode: 'normal', effect }
}

/**
 * Whether a gate that is held open lets this vehicle through. A barrier that stands open stops nobody, so that refusing would only make
 * the record untrue. One that reports itself closed would have to be opened: a blacklisted vehicle is what nobody meant to let in.
 */
export function isLetThroughHeld({ gate, blacklisted }: Facts): boolean {
  const refused = gate.direction === 'entry' && gate.observedClosed && blacklisted
  return gate.barrierMode === 'held_open' && !refused
}

/** Whether the camera itself doubts what it read. One that gives no confidence counts as sure. */
export function isUnsure(facts: Facts, read: ReadFacts): boolean {
  return read.confidence !== null && read.confidence < facts.gate.minConfidence
}

function decideEntry(facts: Facts, now: Date): Verdict {
  const { site, session, subscription } = facts
  if (facts.blacklisted) return deny('blacklisted')
  if (facts.gate.barrierMode === 'blocked') return deny('gate_blocked')
  if (session !== null && site.antiPassbackPolicy === 'deny') return deny('already_inside')

  const place = site.placeFree || session?.holdsPlace === true
  const enter = (reason: ReasonCode, covered: boolean, exempt = false): Verdict => {
    if (!place && !exempt) return deny('site_full')
    const subscriptionId = covered ? subscription!.id : null
    const effect: Effect = {
      kind: 'open_session',
      subscriptionId,
      takesPlace: !exempt,
      takesPoolPlace: covered,
      replaces: session,
    }
    return { outcome: 'ALLOW', reason: session === null ? reason : 'already_inside_flagged', mode: 'normal', effect }
  }

  if (subscription !== null) {
    const reusesPoolPlace = session?.holdsPoolPlace === true && session.subscriptionId === subscription.id
    if (subscription.poolPlaceFree || reusesPoolPlace)
      return enter('subscription', true, subscription.exemptFromCapacity)
    return subscription.poolExhaustedPolicy === 'deny' ? deny('pool_exhausted') : enter('pool_overflow', false)
  }
  if (!place) return deny('site_full')
  switch (site.unknownVehiclePolicy) {
    case 'transient':
      return enter('transient_entry', false)
    case 'subscribers_only':
      return deny('not_subscribed')
    case 'prepaid':
      return facts.prepaidQuoteId === null ? askForPrepayment(facts, now) : enter('prepaid', false)
  }
}

function askForPrepayment(facts: Facts, now: Date): Verdict {
  const { tariff, site } = facts
  const price = tariff === null ? null : pricePrepaid(tariff.rules, site)
  const effect: Effect =
    tariff === null || price === null
      ? { kind: 'none' }
      : {
          ...price,
          kind: 'quote',
          session: null,
          tariffId: tariff.id,
          chargedFrom: now,
          needsReview: false,
          chargeAutomatically: true,
        }
  return { outcome: 'PAY', reason: 'prepay_required', mode: 'normal', effect }
}

// The blacklist is not looked at here: no exit is refused because of it.
function decideExit(facts: Facts, now: Date): Verdict {
  const { site, session, tariff } = facts
  if (facts.gate.barrierMode === 'blocked') return deny('gate_blocked')
  if (session === null)
    return site.exitWithoutSessionPolicy === 'deny'
      ? deny('no_session')
      : { outcome: 'ALLOW', reason: 'exit_without_session', mode: 'normal', effect: { kind: 'none' } }

  const bill = settle(session, tariff, site, now)
  if (bill.kind === 'settled')
    return {
      outcome: 'ALLOW',
      reason: bill.reason,
      mode: 'normal',
      effect: { kind: 'close_session', session, needsReview: false },
    }
  const chargeAutomatically = !bill.needsReview && session.match === 'exact'
  const effect: Effect = { ...bill, kind: 'quote', session, chargeAutomatically }
  return { outcome: 'PAY', reason: bill.needsReview ? 'review_required' : 'payment_due', mode: 'normal', effect }
}

/** The vehicle passes whatever the rules say, and what would have been asked of it is kept for review. */
function letThrough(facts: Facts, verdict: Verdict, reason: ReasonCode, mode: DecisionMode): Verdict {
  const held = { outcome: 'ALLOW', reason, mode } as const
  if (verdict.outcome === 'ALLOW') return { ...held, effect: verdict.effect }
  if (facts.gate.direction === 'exit')
    return {
      ...held,
      effect:
        facts.session === null
          ? { kind: 'none' }
          : { kind: 'close_session', session: facts.session, needsReview: true },
    }
  const takesPlace = facts.site.placeFree || facts.session?.holdsPlace === true
  return {
    ...held,
    effect: { kind: 'open_session', subscriptionId: null, takesPlace, takesPoolPlace: false, replaces: facts.session },
  }
}

function deny(reason: ReasonCode): Verdict {
  return { outcome: 'DENY', reason, mode: 'normal', effect: { kind: 'none' } }
}

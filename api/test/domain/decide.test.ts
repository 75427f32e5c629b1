import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, decideByPolicy, decideReviewTimeout } from '../../src/domain/decide.ts'
import type { Facts, ReadFacts } from '../../src/domain/facts.ts'
import { decideWithoutDatabase } from '../../src/domain/fallback.ts'
import { commandFor, placeInPass } from '../../src/domain/pass.ts'
import { anyFacts, anyFactsAtAll, anyRead, anySession, now } from './any-facts.ts'

const policies = ['open', 'closed', 'allow_list'] as const
/** All that decides: the rules, each policy with Postgres and without, and the end of a wait for a review. */
const everyVerdict = (facts: Facts, read: ReadFacts) => [
  decide(facts, read, now),
  ...policies.map((policy) => decideByPolicy(facts, read, policy, now)),
  ...policies.map((policy) => decideWithoutDatabase(facts, read, policy)),
  decideReviewTimeout(facts, now),
]

describe('whatever the facts', () => {
  test('the same facts, read and time give the same verdict', () => {
    fc.assert(
      fc.property(anyFactsAtAll, anyRead, (facts, read) => {
        expect(decide(structuredClone(facts), structuredClone(read), now)).toEqual(decide(facts, read, now))
      }),
    )
  })

  test('a read that is too old moves nothing and opens nothing', () => {
    fc.assert(
      fc.property(anyFactsAtAll, anyRead, (facts, read) => {
        const behindMs = Math.min(facts.clock.offsetMs, facts.clock.jumpedToMs ?? 0)
        const old = { ...read, capturedAt: new Date(now.getTime() + behindMs - 30_001) }
        const verdict = decide(facts, old, now)
        expect(verdict).toEqual({ outcome: 'DENY', reason: 'read_too_old', mode: 'history', effect: { kind: 'none' } })
        expect(commandFor(facts, old, verdict, now)).toBe('none')
      }),
    )
  })

  test('a car whose stay is paid up is never told to pay', () => {
    fc.assert(
      fc.property(anyFacts('exit'), anyRead, anySession, (facts, read, stay) => {
        const paid = { ...facts, session: { ...stay, paidUntil: new Date(now.getTime() + 1) } } as Facts
        for (const verdict of everyVerdict(paid, read)) expect(verdict?.outcome).not.toBe('PAY')
      }),
    )
  })

  test('one that is surely read gets no earlier PAY either, in a lane that is not blocked', () => {
    fc.assert(
      fc.property(anyFacts('exit'), anyRead, anySession, (facts, read, stay) => {
        const session = { ...stay, paidUntil: new Date(now.getTime() + 1) }
        const paid = { ...facts, session, gate: { ...facts.gate, barrierMode: 'normal' } } as Facts
        const sure = { ...read, confidence: null, retransmitted: false, capturedAt: now }
        fc.pre(facts.pass?.outcome === 'PAY' && facts.clock.offsetMs === 0)
        const place = placeInPass(paid, sure, decide(paid, sure, now), now)
        if (place.kind === 'suppressed') expect(place.decisionId).not.toBe(facts.pass!.decisionId)
      }),
    )
  })

  test('who has paid in advance is never told to pay', () => {
    fc.assert(
      fc.property(anyFacts('entry'), anyRead, (facts, read) => {
        const paid = { ...facts, prepaidQuoteId: 'quote' }
        for (const verdict of everyVerdict(paid, read)) expect(verdict?.outcome).not.toBe('PAY')
      }),
    )
  })

  test('the blacklist changes nothing at an exit', () => {
    fc.assert(
      fc.property(anyFacts('exit'), anyRead, (facts, read) => {
        expect(everyVerdict({ ...facts, blacklisted: true }, read)).toEqual(
          everyVerdict({ ...facts, blacklisted: false }, read),
        )
      }),
    )
  })

  test('only ALLOW opens or closes a stay, and only a quote of a positive sum asks for money', () => {
    fc.assert(
      fc.property(anyFactsAtAll, anyRead, (facts, read) => {
        const { outcome, effect } = decide(facts, read, now)
        if (effect.kind === 'open_session' || effect.kind === 'close_session') expect(outcome).toBe('ALLOW')
        if (effect.kind === 'quote') {
          expect(outcome).toBe('PAY')
          expect(effect.amountMinor).toBeGreaterThan(0)
          expect(effect.lines.reduce((sum, line) => sum + line.amountMinor, 0)).toBe(effect.amountMinor)
        }
      }),
    )
  })

  test('only a sum that needs no look, of exactly the plate that was read, may be charged automatically', () => {
    fc.assert(
      fc.property(anyFacts('exit'), anyRead, (facts, read) => {
        const { effect, reason } = decide(facts, read, now)
        if (effect.kind !== 'quote') return
        const { match, needsReview, readAtEntrySince, readElsewhereSince } = facts.session!
        const doubtful = needsReview || readAtEntrySince || readElsewhereSince || match === 'look_alike'
        expect(effect.needsReview).toBe(reason === 'review_required')
        if (doubtful || effect.needsReview) expect(effect.chargeAutomatically).toBe(false)
      }),
    )
  })

  test('a full site admits only what takes no place, at a gate that is not held open', () => {
    fc.assert(
      fc.property(anyFacts('entry'), anyRead, (facts, read) => {
        fc.pre(facts.gate.barrierMode !== 'held_open')
        const full = { ...facts, site: { ...facts.site, placeFree: false }, session: null }
        const { effect } = decide(full, read, now)
        if (effect.kind === 'open_session') expect(effect.takesPlace).toBe(false)
      }),
    )
  })

  test('no barrier is opened for a blacklisted vehicle at an entry, in whatever mode it is', () => {
    fc.assert(
      fc.property(anyFacts('entry'), anyRead, (facts, read) => {
        const banned = { ...facts, blacklisted: true }
        expect(commandFor(banned, read, decide(banned, read, now), now)).toBe('none')
      }),
    )
  })

  test('a pass that was allowed is not decided again, and a barrier that stands held open gets no command', () => {
    fc.assert(
      fc.property(anyFactsAtAll, anyRead, (facts, read) => {
        const verdict = decide(facts, read, now)
        const { barrierMode, observedClosed } = facts.gate
        if (barrierMode === 'held_open' && !observedClosed) expect(commandFor(facts, read, verdict, now)).toBe('none')
        if (verdict.mode === 'history' || facts.pass?.outcome !== 'ALLOW') return
        const sameTrack = facts.pass.trackId !== null && facts.pass.trackId === read.trackId
        // A camera that starts anew counts its tracks again: an unlike plate, minutes after the vehicle has passed, is another one.
        const { passageAt, alike, knowsPlate } = facts.pass
        const isAnother =
          passageAt !== null && now.getTime() - passageAt.getTime() > 3 * 60_000 && !alike && !knowsPlate
        if (sameTrack && !isAnother)
          expect(['suppressed', 'correction']).toContain(placeInPass(facts, read, verdict, now).kind)
      }),
    )
  })

  test('a read that its camera doubts, or keeps back, opens nothing', () => {
    fc.assert(
      fc.property(anyFactsAtAll, anyRead, (facts, read) => {
        fc.pre(facts.gate.barrierMode !== 'held_open')
        expect(decide(facts, { ...read, confidence: 0.59 }, now).outcome).toBe('DENY')
        expect(decide(facts, { ...read, retransmitted: true }, now)).toMatchObject({ outcome: 'DENY', mode: 'history' })
      }),
    )
  })

  test('what was let through here, and has not been seen to pass, is not let through again because another was read since', () => {
    fc.assert(
      fc.property(anyFactsAtAll, anyRead, (facts, read) => {
        const stands = { ...facts, pass: null, track: null, letThrough: { decisionId: 'before another' } }
        const verdict = decide(stands, read, now)
        fc.pre(verdict.mode !== 'history')
        const place = { kind: 'suppressed', decisionId: 'before another', opensAgain: false }
        expect(placeInPass(stands, read, verdict, now)).toEqual(place)
      }),
    )
  })

  test('a read that says the vehicle has gone never starts a pass', () => {
    fc.assert(
      fc.property(anyFactsAtAll, anyRead, (facts, read) => {
        const gone = { ...read, closesTrack: true }
        const verdict = decide(facts, gone, now)
        if (verdict.mode !== 'history') expect(placeInPass(facts, gone, verdict, now).kind).not.toBe('new')
      }),
    )
  })

  test('a closed policy lets nobody through, and an allow-list only who subscribes under exactly this plate', () => {
    fc.assert(
      fc.property(anyFactsAtAll, anyRead, (facts, read) => {
        fc.pre(facts.gate.barrierMode === 'normal')
        expect(decideByPolicy(facts, read, 'closed', now).outcome).toBe('DENY')
        if (decideByPolicy(facts, read, 'allow_list', now).outcome === 'ALLOW')
          expect((facts.session ?? facts.subscription)?.match).toBe('exact')
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, decideByPolicy } from '../../src/domain/decide.ts'
import type { Facts, ReadFacts } from '../../src/domain/facts.ts'
import { commandFor, placeInPass } from '../../src/domain/pass.ts'
import { anyTariff } from './tariff/any-tariff.ts'

const now = new Date('2026-03-10T12:00:00Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const date = fc.integer({ min: -3_000, max: 100 }).map((minutes) => minutesAgo(-minutes))

const session = fc.record({
  id: fc.constant('session'),
  plateId: fc.constant('plate'),
  match: fc.constantFrom('exact', 'look_alike'),
  tieBroken: fc.boolean(),
  openedAt: fc.nat(3_000).map(minutesAgo),
  paidUntil: fc.option(date),
  paidMinor: fc.nat(5_000),
  subscriptionId: fc.option(fc.constant('subscription')),
  coveredUntil: fc.option(date),
  holdsPlace: fc.boolean(),
  holdsPoolPlace: fc.boolean(),
  needsReview: fc.boolean(),
  readAtEntrySince: fc.boolean(),
  readElsewhereSince: fc.boolean(),
  openQuote: fc.constant(null),
})

const anyFacts = (direction: 'entry' | 'exit'): fc.Arbitrary<Facts> =>
  fc.record({
    site: fc.record({
      timeZone: fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe', 'UTC'),
      currency: fc.constant('EUR'),
      unknownVehiclePolicy: fc.constantFrom('transient', 'prepaid', 'subscribers_only'),
      antiPassbackPolicy: fc.constantFrom('flag', 'deny'),
      exitWithoutSessionPolicy: fc.constantFrom('open_and_flag', 'deny'),
      maxReadAgeSeconds: fc.constant(30),
      passWindowSeconds: fc.constant(6),
      quoteValidSeconds: fc.constant(900),
      exitBufferSeconds: fc.constant(900),
      plausibleAmountMinor: fc.integer({ min: 1, max: 20_000 }),
      maxStaySeconds: fc.integer({ min: 3_600, max: 2_592_000 }),
      reviewTimeoutPolicy: fc.constantFrom('open_and_bill_later', 'keep_closed'),
      placeFree: fc.boolean(),
    }),
    gate: fc.record({
      direction: fc.constant(direction),
      barrierMode: fc.constantFrom('normal', 'held_open', 'blocked'),
      minConfidence: fc.constant(0.6),
      observedClosed: fc.constant(false),
    }),
    clock: fc.record({ offsetMs: fc.constantFrom(0, -600_000, 5_000), jumpedToMs: fc.option(fc.constant(3_600_000)) }),
    track: fc.option(fc.record({ decisionId: fc.constant('other'), outcome: fc.constantFrom('ALLOW', 'DENY', 'PAY') })),
    pass: fc.option(
      fc.record({
        decisionId: fc.constant('earlier'),
        plateId: fc.constantFrom('plate', 'other plate'),
        knowsPlate: fc.boolean(),
        alike: fc.boolean(),
        confidence: fc.option(fc.constantFrom(0.5, 0.7, 0.9)),
        pending: fc.boolean(),
        firstReadAt: fc.nat(10).map(minutesAgo),
        trackId: fc.option(fc.constantFrom('track', 'other track')),
        outcome: fc.constantFrom('ALLOW', 'DENY', 'PAY'),
        sessionId: fc.option(fc.constant('session')),
        sessionOpen: fc.boolean(),
        subscriptionId: fc.option(fc.constant('subscription')),
        decidedAt: fc.nat(10).map(minutesAgo),
        passageAt: fc.option(fc.nat(5).map(minutesAgo)),
        command: fc.option(
          fc.record({ id: fc.constant('command'), state: fc.constantFrom('live', 'executed', 'spent') }),
        ),
      }),
    ),
    blacklisted: fc.boolean(),
    blacklistedLookAlike: fc.boolean(),
    ownCar: fc.boolean(),
    session: fc.option(session),
    subscription: fc.option(
      fc.record({
        id: fc.constantFrom('subscription', 'other subscription'),
        plateId: fc.constant('plate'),
        match: fc.constantFrom('exact', 'look_alike'),
        tieBroken: fc.boolean(),
        poolPlaceFree: fc.boolean(),
        poolExhaustedPolicy: fc.constantFrom('overflow_to_paying', 'deny'),
        exemptFromCapacity: fc.boolean(),
      }),
    ),
    prepaidQuoteId: fc.option(fc.constant('quote')),
    tariff: fc.option(
      fc.record({
        id: fc.constant('tariff'),
        rules: anyTariff,
      }),
    ),
  }) as fc.Arbitrary<Facts>

const anyRead: fc.Arbitrary<ReadFacts> = fc.record({
  plateId: fc.constant('plate'),
  trackId: fc.option(fc.constantFrom('track', 'other track')),
  confidence: fc.option(fc.constantFrom(0.4, 0.8)),
  closesTrack: fc.boolean(),
  retransmitted: fc.boolean(),
  capturedAt: fc.integer({ min: -5, max: 120 }).map((seconds) => new Date(now.getTime() - seconds * 1000)),
  receivedAt: fc.constant(now),
})
const either = fc.constantFrom('entry', 'exit').chain((direction) => anyFacts(direction as 'entry' | 'exit'))

describe('whatever the facts', () => {
  test('the same facts, read and time give the same verdict', () => {
    fc.assert(
      fc.property(either, anyRead, (facts, read) => {
        expect(decide(structuredClone(facts), structuredClone(read), now)).toEqual(decide(facts, read, now))
      }),
    )
  })

  test('a read that is too old moves nothing and opens nothing', () => {
    fc.assert(
      fc.property(either, anyRead, (facts, read) => {
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
      fc.property(anyFacts('exit'), anyRead, session, (facts, read, stay) => {
        const paid = { ...facts, session: { ...stay, paidUntil: new Date(now.getTime() + 1) } }
        expect(decide(paid, read, now).outcome).not.toBe('PAY')
      }),
    )
  })

  test('the blacklist changes nothing at an exit', () => {
    fc.assert(
      fc.property(anyFacts('exit'), anyRead, (facts, read) => {
        expect(decide({ ...facts, blacklisted: true }, read, now)).toEqual(
          decide({ ...facts, blacklisted: false }, read, now),
        )
      }),
    )
  })

  test('only ALLOW opens or closes a stay, and only a quote of a positive sum asks for money', () => {
    fc.assert(
      fc.property(either, anyRead, (facts, read) => {
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

  test('a pass that was allowed is not decided again, and a barrier that is held open gets no command', () => {
    fc.assert(
      fc.property(either, anyRead, (facts, read) => {
        const verdict = decide(facts, read, now)
        if (facts.gate.barrierMode === 'held_open') expect(commandFor(facts, read, verdict, now)).toBe('none')
        if (verdict.mode === 'history' || facts.pass?.outcome !== 'ALLOW') return
        const sameTrack = facts.pass.trackId !== null && facts.pass.trackId === read.trackId
        if (sameTrack) expect(['suppressed', 'correction']).toContain(placeInPass(facts, read, verdict, now).kind)
      }),
    )
  })

  test('a read that its camera doubts, or keeps back, opens nothing', () => {
    fc.assert(
      fc.property(either, anyRead, (facts, read) => {
        fc.pre(facts.gate.barrierMode !== 'held_open')
        expect(decide(facts, { ...read, confidence: 0.59 }, now).outcome).toBe('DENY')
        expect(decide(facts, { ...read, retransmitted: true }, now)).toMatchObject({ outcome: 'DENY', mode: 'history' })
      }),
    )
  })

  test('a read that says the vehicle has gone never starts a pass', () => {
    fc.assert(
      fc.property(either, anyRead, (facts, read) => {
        const gone = { ...read, closesTrack: true }
        const verdict = decide(facts, gone, now)
        if (verdict.mode !== 'history') expect(placeInPass(facts, gone, verdict, now).kind).not.toBe('new')
      }),
    )
  })

  test('a closed policy lets nobody through, and an allow-list only who subscribes under exactly this plate', () => {
    fc.assert(
      fc.property(either, anyRead, (facts, read) => {
        fc.pre(facts.gate.barrierMode === 'normal')
        expect(decideByPolicy(facts, read, 'closed', now).outcome).toBe('DENY')
        if (decideByPolicy(facts, read, 'allow_list', now).outcome === 'ALLOW')
          expect((facts.session ?? facts.subscription)?.match).toBe('exact')
      }),
    )
  })
})

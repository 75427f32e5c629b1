import fc from 'fast-check'
import type { Facts, ReadFacts } from '../../src/domain/facts.ts'
import { anyTariff } from './tariff/any-tariff.ts'

/*
 * Facts and reads of every shape. They need not fit together: what the rules promise, they promise whatever they are told.
 */

export const now = new Date('2026-03-10T12:00:00Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const date = fc.integer({ min: -3_000, max: 100 }).map((minutes) => minutesAgo(-minutes))

export const anySession = fc.record({
  id: fc.constant('session'),
  plateId: fc.constant('plate'),
  match: fc.constantFrom('exact', 'look_alike'),
  tieBroken: fc.boolean(),
  openedAt: fc.nat(3_000).map(minutesAgo),
  paidUntil: fc.option(date),
  paidMinor: fc.nat(5_000),
  adjustedMinor: fc.integer({ min: -2_000, max: 2_000 }),
  subscriptionId: fc.option(fc.constant('subscription')),
  coveredUntil: fc.option(date),
  holdsPlace: fc.boolean(),
  holdsPoolPlace: fc.boolean(),
  needsReview: fc.boolean(),
  readAtEntrySince: fc.boolean(),
  readElsewhereSince: fc.boolean(),
  openQuote: fc.constant(null),
})

export const anyFacts = (direction: 'entry' | 'exit'): fc.Arbitrary<Facts> =>
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
      observedClosed: fc.boolean(),
    }),
    clock: fc.record({ offsetMs: fc.constantFrom(0, -600_000, 5_000), jumpedToMs: fc.option(fc.constant(3_600_000)) }),
    track: fc.option(fc.record({ decisionId: fc.constant('other'), outcome: fc.constantFrom('ALLOW', 'DENY', 'PAY') })),
    letThrough: fc.option(fc.record({ decisionId: fc.constant('before another') })),
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
    session: fc.option(anySession),
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

export const anyRead: fc.Arbitrary<ReadFacts> = fc.record({
  plateId: fc.constant('plate'),
  trackId: fc.option(fc.constantFrom('track', 'other track')),
  confidence: fc.option(fc.constantFrom(0.4, 0.8)),
  closesTrack: fc.boolean(),
  retransmitted: fc.boolean(),
  capturedAt: fc.integer({ min: -5, max: 120 }).map((seconds) => new Date(now.getTime() - seconds * 1000)),
  receivedAt: fc.constant(now),
})
export const anyFactsAtAll = fc.constantFrom('entry' as const, 'exit' as const).chain(anyFacts)

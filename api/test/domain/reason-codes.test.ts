import { type Outcome, type ReasonCode, reasonCodes } from '@turnpike/contracts/decision.ts'
import type { FailPolicy } from '@turnpike/contracts/site.ts'
import { tariffRules } from '@turnpike/contracts/tariff.ts'
import { expect, test } from 'vitest'
import { decide, decideByPolicy, decideReviewTimeout, type Verdict } from '../../src/domain/decide.ts'
import type { Facts, ReadFacts, SessionFacts, SubscriptionFacts } from '../../src/domain/facts.ts'

const now = new Date('2026-03-10T12:00:00Z')
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)

const tariff = {
  id: 'tariff',
  rules: tariffRules.parse({
    version: 1,
    entryGraceMinutes: 10,
    rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 100 }] },
    prepaidMinor: 500,
  }),
}
const stay: SessionFacts = {
  id: 'stay',
  plateId: 'plate',
  match: 'exact',
  tieBroken: false,
  openedAt: minutes(-60),
  paidUntil: null,
  paidMinor: 0,
  adjustedMinor: 0,
  subscriptionId: null,
  coveredUntil: null,
  holdsPlace: true,
  holdsPoolPlace: false,
  needsReview: false,
  readAtEntrySince: false,
  readElsewhereSince: false,
  openQuote: null,
}
const subscriber: SubscriptionFacts = {
  id: 'subscription',
  plateId: 'plate',
  match: 'exact',
  tieBroken: false,
  poolPlaceFree: true,
  poolExhaustedPolicy: 'overflow_to_paying',
  exemptFromCapacity: false,
}
const site: Facts['site'] = {
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  unknownVehiclePolicy: 'transient',
  antiPassbackPolicy: 'flag',
  exitWithoutSessionPolicy: 'open_and_flag',
  maxReadAgeSeconds: 30,
  passWindowSeconds: 6,
  quoteValidSeconds: 900,
  exitBufferSeconds: 900,
  plausibleAmountMinor: 20_000,
  maxStaySeconds: 2_592_000,
  reviewTimeoutPolicy: 'open_and_bill_later',
  placeFree: true,
}
const gate = { barrierMode: 'normal', observedClosed: false, minConfidence: 0.6 } as const
const bare: Omit<Facts, 'gate'> = {
  site,
  clock: { offsetMs: 0, jumpedToMs: null },
  pass: null,
  track: null,
  letThrough: null,
  ownCar: false,
  blacklistedLookAlike: false,
  blacklisted: false,
  session: null,
  subscription: null,
  prepaidQuoteId: null,
  tariff,
}
type Change = Partial<Omit<Facts, 'gate' | 'site'>> & { gate?: Partial<Facts['gate']>; site?: Partial<Facts['site']> }
const at =
  (direction: 'entry' | 'exit') =>
  ({ gate: gateChange, site: siteChange, ...change }: Change = {}): Facts => ({
    ...bare,
    ...change,
    gate: { ...gate, direction, ...gateChange },
    site: { ...site, ...siteChange },
  })
const [entry, exit] = [at('entry'), at('exit')]

const read: ReadFacts = {
  plateId: 'plate',
  trackId: null,
  confidence: 0.9,
  closesTrack: false,
  retransmitted: false,
  capturedAt: now,
  receivedAt: now,
}
const judge = (facts: Facts, change: Partial<ReadFacts> = {}) => decide(facts, { ...read, ...change }, now)
const unsure = (facts: Facts, policy: FailPolicy) => decideByPolicy(facts, { ...read, confidence: 0.1 }, policy, now)

type Effect = Verdict['effect']['kind']
type Row = [reason: ReasonCode, when: string, verdict: () => Verdict | null, outcome: Outcome, effect: Effect]

const rows: Row[] = [
  ['subscription', 'a subscriber enters', () => judge(entry({ subscription: subscriber })), 'ALLOW', 'open_session'],
  [
    'subscription',
    'one who was covered at the entry leaves',
    () => judge(exit({ session: { ...stay, subscriptionId: 'subscription', coveredUntil: minutes(1) } })),
    'ALLOW',
    'close_session',
  ],
  ['transient_entry', 'anybody enters', () => judge(entry()), 'ALLOW', 'open_session'],
  [
    'pool_overflow',
    'the pool is used up, and its plan lets him pay',
    () => judge(entry({ subscription: { ...subscriber, poolPlaceFree: false } })),
    'ALLOW',
    'open_session',
  ],
  [
    'already_inside_flagged',
    'it is inside already, and the site flags it',
    () => judge(entry({ session: stay })),
    'ALLOW',
    'open_session',
  ],
  [
    'prepaid',
    'it has paid first',
    () => judge(entry({ site: { unknownVehiclePolicy: 'prepaid' }, prepaidQuoteId: 'quote' })),
    'ALLOW',
    'open_session',
  ],
  [
    'held_open',
    'the barrier is held open, whoever comes',
    () => judge(entry({ gate: { barrierMode: 'held_open' }, blacklisted: true })),
    'ALLOW',
    'open_session',
  ],
  [
    'blacklisted',
    'the barrier would have to be opened for it, although the gate is held open',
    () => judge(entry({ gate: { barrierMode: 'held_open', observedClosed: true }, blacklisted: true })),
    'DENY',
    'none',
  ],
  [
    'free_period',
    'the free minutes are not over',
    () => judge(exit({ session: { ...stay, openedAt: minutes(-10) } })),
    'ALLOW',
    'close_session',
  ],
  [
    'nothing_owed',
    'what was paid covers the price',
    () => judge(exit({ session: { ...stay, paidMinor: 200 } })),
    'ALLOW',
    'close_session',
  ],
  [
    'nothing_owed',
    'the site has no tariff',
    () => judge(exit({ session: stay, tariff: null })),
    'ALLOW',
    'close_session',
  ],
  [
    'paid',
    'it leaves within the exit buffer',
    () => judge(exit({ session: { ...stay, paidUntil: now } })),
    'ALLOW',
    'close_session',
  ],
  ['exit_without_session', 'nobody saw it come, and the site lets it out', () => judge(exit()), 'ALLOW', 'none'],
  [
    'review_timed_out',
    'it has waited for a review long enough',
    () => decideReviewTimeout(exit({ session: { ...stay, needsReview: true } }), now),
    'ALLOW',
    'close_session',
  ],
  [
    'prepay_required',
    'it has to pay first',
    () => judge(entry({ site: { unknownVehiclePolicy: 'prepaid' } })),
    'PAY',
    'quote',
  ],
  ['payment_due', 'it owes', () => judge(exit({ session: stay })), 'PAY', 'quote'],
  [
    'payment_due',
    'its subscription ended during the stay: the tariff runs from there',
    () => judge(exit({ session: { ...stay, subscriptionId: 'subscription', coveredUntil: minutes(-20) } })),
    'PAY',
    'quote',
  ],
  [
    'review_required',
    'the sum is not plausible',
    () => judge(exit({ session: stay, site: { plausibleAmountMinor: 199 } })),
    'PAY',
    'quote',
  ],
  [
    'review_required',
    'the stay is above the maximum',
    () => judge(exit({ session: stay, site: { maxStaySeconds: 3_599 } })),
    'PAY',
    'quote',
  ],
  [
    'review_required',
    'it was seen at an entry since',
    () => judge(exit({ session: { ...stay, readAtEntrySince: true } })),
    'PAY',
    'quote',
  ],
  [
    'review_required',
    'it was seen at another site since',
    () => judge(exit({ session: { ...stay, readElsewhereSince: true } })),
    'PAY',
    'quote',
  ],
  [
    'review_required',
    'the stay is flagged',
    () => judge(exit({ session: { ...stay, needsReview: true } })),
    'PAY',
    'quote',
  ],
  ['blacklisted', 'it is on the blacklist', () => judge(entry({ blacklisted: true })), 'DENY', 'none'],
  ['gate_blocked', 'the lane is blocked', () => judge(entry({ gate: { barrierMode: 'blocked' } })), 'DENY', 'none'],
  [
    'gate_blocked',
    'the lane is blocked for one that has paid',
    () => judge(exit({ gate: { barrierMode: 'blocked' }, session: { ...stay, paidUntil: minutes(5) } })),
    'DENY',
    'none',
  ],
  [
    'already_inside',
    'it is inside already, and the site denies it',
    () => judge(entry({ session: stay, site: { antiPassbackPolicy: 'deny' } })),
    'DENY',
    'none',
  ],
  [
    'pool_exhausted',
    'the pool is used up, and its plan denies',
    () => judge(entry({ subscription: { ...subscriber, poolPlaceFree: false, poolExhaustedPolicy: 'deny' } })),
    'DENY',
    'none',
  ],
  ['site_full', 'no place is free', () => judge(entry({ site: { placeFree: false } })), 'DENY', 'none'],
  [
    'not_subscribed',
    'only subscribers may enter',
    () => judge(entry({ site: { unknownVehiclePolicy: 'subscribers_only' } })),
    'DENY',
    'none',
  ],
  [
    'no_session',
    'nobody saw it come, and the site denies',
    () => judge(exit({ site: { exitWithoutSessionPolicy: 'deny' } })),
    'DENY',
    'none',
  ],
  ['read_too_old', 'the read is old', () => judge(entry(), { capturedAt: minutes(-1) }), 'DENY', 'none'],
  ['read_too_old', 'the camera kept it back', () => judge(entry(), { retransmitted: true }), 'DENY', 'none'],
  ['awaiting_better_read', 'its camera doubts it', () => judge(entry(), { confidence: 0.59 }), 'DENY', 'none'],
  [
    'fallback_open',
    'nobody could decide, and the gate opens for anybody',
    () => unsure(exit({ session: stay }), 'open'),
    'ALLOW',
    'close_session',
  ],
  [
    'fallback_allow_list',
    'nobody could decide, and exactly a subscriber’s plate was read',
    () => unsure(entry({ subscription: subscriber }), 'allow_list'),
    'ALLOW',
    'open_session',
  ],
  [
    'fallback_closed',
    'nobody could decide, and the gate stays closed',
    () => unsure(entry(), 'closed'),
    'DENY',
    'none',
  ],
  [
    'fallback_closed',
    'nobody could decide, and what was read only looks like a subscriber’s plate',
    () => unsure(entry({ subscription: { ...subscriber, match: 'look_alike' } }), 'allow_list'),
    'DENY',
    'none',
  ],
]

test.each(rows)('%s: %s', (reason, _when, verdict, outcome, effect) => {
  expect(verdict()).toMatchObject({ reason, outcome, effect: { kind: effect } })
})

test('every reason that a decision can give has a row', () => {
  expect(new Set(rows.map(([reason]) => reason))).toEqual(new Set(reasonCodes))
})

/** What refuses at an entry, in the order in which it is asked. */
const refusals: [ReasonCode, Change][] = [
  ['blacklisted', { blacklisted: true }],
  ['gate_blocked', { gate: { barrierMode: 'blocked' } }],
  ['already_inside', { session: { ...stay, holdsPlace: false }, site: { antiPassbackPolicy: 'deny' } }],
  ['pool_exhausted', { subscription: { ...subscriber, poolPlaceFree: false, poolExhaustedPolicy: 'deny' } }],
  ['site_full', { site: { placeFree: false } }],
  ['not_subscribed', { site: { unknownVehiclePolicy: 'subscribers_only' } }],
]
const both = (one: Change, other: Change): Change => ({
  ...other,
  ...one,
  gate: { ...other.gate, ...one.gate },
  site: { ...other.site, ...one.site },
})

test.each(
  refusals.flatMap(([reason, change], n) =>
    refusals.slice(n + 1).map(([other, alsoHolds]) => [reason, other, both(change, alsoHolds)] as const),
  ),
)('of two that refuse at an entry, the one asked first is told: %s before %s', (reason, _other, change) => {
  expect(judge(entry(change))).toMatchObject({ outcome: 'DENY', reason })
})

test.each([
  [
    'the site keeps closed',
    exit({ session: { ...stay, needsReview: true }, site: { reviewTimeoutPolicy: 'keep_closed' } }),
  ],
  ['the lane is blocked', exit({ session: { ...stay, needsReview: true }, gate: { barrierMode: 'blocked' } })],
  ['it was paid meanwhile', exit({ session: { ...stay, needsReview: true, paidUntil: minutes(1) } })],
  ['no review is owed', exit({ session: stay })],
  ['nobody is inside under this plate', exit()],
  ['the gate is an entry', entry({ session: { ...stay, needsReview: true } })],
])('a review does not time out where %s', (_why, facts) => {
  expect(decideReviewTimeout(facts, now)).toBeNull()
})

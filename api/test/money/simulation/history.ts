import fc from 'fast-check'

/*
 * What a provider does in one history, and what goes wrong on the way to us. Only small numbers: the world gives them their ids.
 */

export const statuses = ['incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'cancelled'] as const
export type Status = (typeof statuses)[number]

/** `of`: a stay, one of its two quotes; `subscription`: a period of it; `nothing`: a reference that nobody knows. */
export type Capture = { kind: 'capture'; of: 'quote 1' | 'quote 2' | 'subscription' | 'nothing'; amountMinor: number }
/** `capture`: the how manieth of the history; there may be none, then it is of one that we never hear of. */
export type MoneyBack =
  | { kind: 'refund'; capture: number; amountMinor: number; states: ('pending' | 'succeeded' | 'failed')[] }
  | { kind: 'dispute'; capture: number; states: ('open' | 'won' | 'lost')[] }
export type Noise = { kind: 'noise'; what: 'pending' | 'ignored' | 'not_understood' }
/**
 * What is done here; `place`: when, among the deliveries. Every second `exit` is a vehicle that turns back and is inside again;
 * `review`: somebody has looked at the stay and says so.
 */
export type Step =
  | { kind: 'exit'; place: number; void: boolean }
  | { kind: 'refund'; place: number; capture: number; amountMinor: number; crash: number }
  | { kind: 'review'; place: number }

export type History = {
  policy: 'refund' | 'credit'
  captures: Capture[]
  back: MoneyBack[]
  /** The subscription's life at the provider, one notification each; the provider has what comes last. */
  life: Status[]
  noise: Noise[]
  steps: Step[]
  /** What befalls the n-th delivery, around again: its place among the others, whether it comes, how often, what crashes, and what the worker does then. */
  fate: { place: number; lost: boolean; times: number; crash: number; works: boolean; waits: boolean }[]
}

const amount = fc.constantFrom(50, 100, 150, 200, 200, 250)
const capture: fc.Arbitrary<Capture> = fc.record({
  kind: fc.constant('capture'),
  of: fc.constantFrom('quote 1', 'quote 1', 'quote 1', 'quote 2', 'subscription', 'nothing'),
  amountMinor: amount,
})
type States<K extends MoneyBack['kind']> = Extract<MoneyBack, { kind: K }>['states']
const refundStates: States<'refund'>[] = [
  ['pending'],
  ['succeeded'],
  ['pending', 'succeeded'],
  ['pending', 'succeeded', 'failed'],
  ['pending', 'failed'],
]
const disputeStates: States<'dispute'>[] = [
  ['open'],
  ['open', 'won'],
  ['open', 'lost'],
  ['lost'],
  // Appealed.
  ['open', 'lost', 'won'],
  ['open', 'won', 'open'],
  ['open', 'won', 'open', 'lost'],
]
const refund: fc.Arbitrary<MoneyBack> = fc.record({
  kind: fc.constant('refund'),
  capture: fc.nat(4),
  amountMinor: fc.constantFrom(30, 50, 100),
  states: fc.constantFrom(...refundStates),
})
const dispute: fc.Arbitrary<MoneyBack> = fc.record({
  kind: fc.constant('dispute'),
  capture: fc.nat(4),
  states: fc.constantFrom(...disputeStates),
})
/** Half of the time nothing goes back but what was too much: then the model says exactly how much that is. */
const back = fc.oneof(fc.array(fc.oneof(refund, dispute), { maxLength: 6 }), fc.array(dispute, { maxLength: 2 }))

const place = fc.nat(1_000)
/** Which step of the transaction fails first; 0: none. */
const crash = fc.constantFrom(0, 0, 0, 1, 2, 3)
const exit: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('exit'),
  place,
  // It had never driven in: what it was read for was undone.
  void: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
})
const refundByOperator: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('refund'),
  place,
  capture: fc.nat(4),
  amountMinor: fc.constantFrom(30, 50, 200),
  crash,
})
const review: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('review'), place })
const steps = fc.oneof(
  fc.array(fc.oneof(exit, exit, refundByOperator, review), { maxLength: 4 }),
  fc.tuple(exit),
  fc.tuple(exit, review),
)

/** Up to 40 notifications. */
export const anyHistory: fc.Arbitrary<History> = fc.record({
  policy: fc.constantFrom('refund', 'credit'),
  captures: fc.oneof(fc.array(capture, { maxLength: 5 }), fc.array(capture, { minLength: 2, maxLength: 4 })),
  back,
  life: fc
    .array(fc.constantFrom<Status>('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'), {
      maxLength: 8,
    })
    .chain((life) => fc.boolean().map((ends): Status[] => (ends && life.length > 0 ? [...life, 'cancelled'] : life))),
  noise: fc.array(
    fc.record({ kind: fc.constant('noise' as const), what: fc.constantFrom('pending', 'ignored', 'not_understood') }),
    { maxLength: 3 },
  ),
  steps,
  fate: fc.array(
    fc.record({
      place,
      lost: fc.integer({ min: 0, max: 9 }).map((n) => n < 3),
      times: fc.constantFrom(1, 1, 1, 2, 3),
      crash,
      works: fc.boolean(),
      /** Long enough for what a stay that is over leaves to go on. */
      waits: fc.boolean(),
    }),
    { minLength: 10, maxLength: 40 },
  ),
})

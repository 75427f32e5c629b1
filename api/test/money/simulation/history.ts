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

export type History = {
  policy: 'refund' | 'credit'
  captures: Capture[]
  back: MoneyBack[]
  /** The subscription's life at the provider, one notification each; the provider has what comes last. */
  life: Status[]
  noise: Noise[]
  /** What befalls the n-th delivery, around again: its place among the others, whether it comes, how often, and what crashes. */
  fate: { place: number; lost: boolean; times: number; crash: number; works: boolean }[]
}

const amount = fc.constantFrom(50, 100, 150, 200, 250)
const capture: fc.Arbitrary<Capture> = fc.record({
  kind: fc.constant('capture'),
  of: fc.constantFrom('quote 1', 'quote 1', 'quote 2', 'subscription', 'nothing'),
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
const back: fc.Arbitrary<MoneyBack> = fc.oneof(
  fc.record({
    kind: fc.constant('refund' as const),
    capture: fc.nat(4),
    amountMinor: fc.constantFrom(30, 50, 100),
    states: fc.constantFrom(...refundStates),
  }),
  fc.record({ kind: fc.constant('dispute' as const), capture: fc.nat(4), states: fc.constantFrom(...disputeStates) }),
)

/** Up to 40 notifications. */
export const anyHistory: fc.Arbitrary<History> = fc.record({
  policy: fc.constantFrom('refund', 'credit'),
  captures: fc.array(capture, { maxLength: 5 }),
  back: fc.array(back, { maxLength: 6 }),
  life: fc
    .array(fc.constantFrom<Status>('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'), {
      maxLength: 8,
    })
    .chain((life) => fc.boolean().map((ends): Status[] => (ends && life.length > 0 ? [...life, 'cancelled'] : life))),
  noise: fc.array(
    fc.record({ kind: fc.constant('noise' as const), what: fc.constantFrom('pending', 'ignored', 'not_understood') }),
    { maxLength: 3 },
  ),
  fate: fc.array(
    fc.record({
      place: fc.nat(1_000),
      lost: fc.integer({ min: 0, max: 9 }).map((n) => n < 3),
      times: fc.constantFrom(1, 1, 1, 2, 3),
      /** Which step of the transaction fails first; 0: none. */
      crash: fc.constantFrom(0, 0, 0, 1, 2, 3),
      works: fc.boolean(),
    }),
    { minLength: 10, maxLength: 40 },
  ),
})

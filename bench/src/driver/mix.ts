import type { Outcome, ReasonCode } from '@turnpike/contracts/decision.ts'

export type ReadKind =
  | 'visitor_enters'
  | 'new_plate_enters'
  | 'subscriber_enters'
  | 'blacklisted_refused'
  | 'subscriber_leaves'
  | 'paid_leaves'
  | 'owing_asked'
  | 'event_repeated'
  | 'read_again'

/** Reads that are decided, and what the answer must be. */
export type DecidedKind = Exclude<ReadKind, 'event_repeated' | 'read_again'>
export const verdicts: Record<DecidedKind, { outcome: Outcome; reason: ReasonCode }> = {
  visitor_enters: { outcome: 'ALLOW', reason: 'transient_entry' },
  new_plate_enters: { outcome: 'ALLOW', reason: 'transient_entry' },
  subscriber_enters: { outcome: 'ALLOW', reason: 'subscription' },
  blacklisted_refused: { outcome: 'DENY', reason: 'blacklisted' },
  subscriber_leaves: { outcome: 'ALLOW', reason: 'subscription' },
  paid_leaves: { outcome: 'ALLOW', reason: 'paid' },
  owing_asked: { outcome: 'PAY', reason: 'payment_due' },
}

/**
 * Of every 100 reads, in an order drawn anew each time. As many enter as leave; who owes is asked once, pays while nothing is
 * measured, and leaves later. `event_repeated` is a camera's retransmission, `read_again` another read of the same vehicle.
 */
export const mix: Record<ReadKind, number> = {
  visitor_enters: 13,
  new_plate_enters: 5,
  subscriber_enters: 18,
  blacklisted_refused: 2,
  subscriber_leaves: 18,
  paid_leaves: 18,
  owing_asked: 18,
  event_repeated: 4,
  read_again: 4,
}

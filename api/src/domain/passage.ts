import type { PassageReport } from '@turnpike/contracts/gate-command.ts'
import type { Facts, PassFacts } from './facts.ts'

/** So many of the newest passages at a gate tell what the clock of its controller shows. */
export const passagesThatTell = 10

/** A passage by two clocks: when its controller says that it happened, and when we heard of it. */
export type PassageTimes = { occurredAt: Date; receivedAt: Date }

/**
 * When a passage happened by our clock. A controller's is ahead of ours by the most that its passages, this one and those
 * before, have shown: delay can only make it less. So nothing looks late because a clock is wrong.
 */
export function happenedAt(passage: PassageTimes, before: readonly PassageTimes[]): Date {
  const shownMs = ({ occurredAt, receivedAt }: PassageTimes) => occurredAt.getTime() - receivedAt.getTime()
  const aheadMs = Math.max(...[passage, ...before].map(shownMs))
  return new Date(passage.occurredAt.getTime() - aheadMs)
}

/** `opened`: there was an `open` for it, whatever became of that. */
type Passed = Pick<PassFacts, 'outcome' | 'sessionId' | 'firstReadAt' | 'passageAt'> & { opened: boolean }

/** A report may come as soon as the read: what measures them both is not that exact. */
const toleranceMs = 2_000

/**
 * Whether a report is about the newest pass at its gate: not about another stay, not a late one about the vehicle before, and not
 * about a vehicle that follows one of ours.
 */
export function speaksOfPass(
  pass: Passed,
  barrierMode: Facts['gate']['barrierMode'],
  { kind, sessionId }: PassageReport,
  happened: Date,
): boolean {
  if (kind === 'tailgated' || pass.passageAt !== null) return false
  // Nothing was opened for this vehicle: who drove through was the one before it.
  const mayHavePassed = pass.outcome === 'ALLOW' || pass.opened || barrierMode === 'held_open'
  if (kind === 'passed' && !mayHavePassed) return false
  if (sessionId !== undefined) return sessionId === pass.sessionId
  return happened.getTime() >= pass.firstReadAt.getTime() - toleranceMs
}

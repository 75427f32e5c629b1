import type { FailPolicy } from '@turnpike/contracts/site.ts'
import { isLetThroughHeld, isUnsure, type Verdict } from './decide.ts'
import type { Facts, ReadFacts } from './facts.ts'
import { isHistory } from './read-age.ts'

/** From what lets nobody through to what lets everybody. */
const strictness: FailPolicy[] = ['closed', 'allow_list', 'open']

/** Two things are amiss at once, such as a doubtful read while the database is away: both policies must allow it. */
export function strictest(policies: readonly FailPolicy[]): FailPolicy {
  return strictness.find((policy) => policies.includes(policy))!
}

/** The policy that answers a read which Postgres cannot: the one for that failure, and the one for a camera in doubt if it is. */
export function policyFor(
  facts: Facts,
  read: ReadFacts,
  onFailure: FailPolicy,
  onCameraUnsure: FailPolicy,
): FailPolicy {
  return isUnsure(facts, read) ? strictest([onFailure, onCameraUnsure]) : onFailure
}

/**
 * Answers a read from what the process remembers, when Postgres did not answer in time. Who is inside, what is owed and which
 * places are free is not known: `open` lets everybody through, `allow_list` whoever subscribes under exactly this plate, `closed`
 * nobody. What follows for the stay is settled when the decision is brought in.
 */
export function decideWithoutDatabase(facts: Facts, read: ReadFacts, policy: FailPolicy): Verdict {
  const answer = (outcome: Verdict['outcome'], reason: Verdict['reason']): Verdict => ({
    outcome,
    reason,
    mode: 'fallback',
    effect: { kind: 'none' },
  })
  if (isHistory(facts, read)) return { ...answer('DENY', 'read_too_old'), mode: 'history' }
  if (facts.gate.barrierMode === 'blocked') return answer('DENY', 'gate_blocked')
  if (isLetThroughHeld(facts)) return answer('ALLOW', 'held_open')
  if (facts.gate.barrierMode === 'held_open') return answer('DENY', 'blacklisted')
  if (policy === 'open') return answer('ALLOW', 'fallback_open')
  const refused = facts.gate.direction === 'entry' && facts.blacklisted
  const listed = facts.subscription?.match === 'exact' && !refused
  return policy === 'allow_list' && listed ? answer('ALLOW', 'fallback_allow_list') : answer('DENY', 'fallback_closed')
}

import { decisionFacts } from '@turnpike/contracts/decision-facts.ts'
import { decide, decideByPolicy, decideReviewTimeout, type Verdict } from './decide.ts'
import type { StoredFacts } from './facts.ts'
import { decideWithoutDatabase } from './fallback.ts'

/** What is stored of a decision beside what it was made from. `quotedMinor`: the sum it asked for. */
export type StoredVerdict = Pick<Verdict, 'outcome' | 'reason' | 'mode'> & {
  sessionId: string | null
  quotedMinor: number | null
}

/** Stored facts as the rules see them; undefined where they are of other rules, which knew less or something else. */
export function reviveFacts(stored: unknown): StoredFacts | undefined {
  return decisionFacts.safeParse(stored).data
}

/** Decides again, by today's rules, what was decided at `at`; null where they would not have decided anything then. */
export function verdictAgain({ read, decidedBy, ...facts }: StoredFacts, at: Date): Verdict | null {
  if (decidedBy === 'rules') return decide(facts, read, at)
  if (decidedBy === 'review_timeout') return decideReviewTimeout(facts, at)
  return decidedBy.failure === 'camera_unsure'
    ? decideByPolicy(facts, read, decidedBy.policy, at)
    : decideWithoutDatabase(facts, read, decidedBy.policy)
}

/** What is not as it was stored, each as a person reads it; none when the two are the same decision. */
export function differences(facts: StoredFacts, stored: StoredVerdict, again: Verdict): string[] {
  const { effect } = again
  const quotedMinor = effect.kind === 'quote' ? effect.amountMinor : null
  const inside = facts.session?.id ?? null
  // A stay that begins gets an id that only the stored decision knows.
  const begins = effect.kind === 'open_session'
  const sessionIs = begins ? 'one that begins' : inside
  const sessionWas = begins && stored.sessionId !== null && stored.sessionId !== inside ? sessionIs : stored.sessionId
  // Without Postgres no stay was known: which one it was about was settled when it was brought in.
  const { decidedBy } = facts
  const settledLater = typeof decidedBy === 'object' && decidedBy.failure !== 'camera_unsure'
  const compared: [string, unknown, unknown][] = [
    ['outcome', stored.outcome, again.outcome],
    ['reason', stored.reason, again.reason],
    ['mode', stored.mode, again.mode],
    ['quoted sum', stored.quotedMinor, quotedMinor],
    ['stay', settledLater ? sessionIs : sessionWas, sessionIs],
  ]
  return compared
    .filter(([, was, is]) => was !== is)
    .map(([what, was, is]) => `${what}: was ${was ?? 'none'}, is ${is ?? 'none'}`)
}

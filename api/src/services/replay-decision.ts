import { rulesVersion, type Verdict } from '../domain/decide.ts'
import { type Explanation, explainVerdict } from '../domain/explain-verdict.ts'
import { isId } from '../domain/id.ts'
import { differences, reviveFacts, verdictAgain } from '../domain/replay.ts'
import { findVerdict } from '../repositories/decisions.ts'
import type { Deps } from './deps.ts'

export type Replay = {
  id: string
  at: Date
  /** Of the rules that decided, and of those that decided again. */
  rulesVersion: { decided: number; again: number }
  stored: Pick<Verdict, 'outcome' | 'reason' | 'mode'>
  /** Null where the stored facts are not what today's rules decide from. */
  again: { verdict: Verdict; explanation: Explanation; differences: string[] } | null
}

/** Decides a stored decision again from what was stored with it, and nothing else; undefined when there is none of that id. */
export async function replayDecision({ database }: Pick<Deps, 'database'>, id: string): Promise<Replay | undefined> {
  const row = isId(id) ? await findVerdict(database.db, id) : undefined
  if (row === undefined) return undefined
  const facts = reviveFacts(row.facts)
  const verdict = facts && verdictAgain(facts, row.at)
  return {
    id,
    at: row.at,
    rulesVersion: { decided: row.rulesVersion, again: rulesVersion },
    stored: row.stored,
    again:
      facts && verdict
        ? {
            verdict,
            explanation: explainVerdict(facts, verdict),
            differences: differences(facts, row.stored, verdict),
          }
        : null,
  }
}

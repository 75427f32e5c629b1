import { later } from '../domain/command-life.ts'
import type { Verdict } from '../domain/decide.ts'
import type { StoredFacts } from '../domain/facts.ts'
import { areAlike } from '../domain/look-alike.ts'
import { type LoadedFacts, loadFacts } from '../repositories/decision-facts.ts'
import { type DecisionToWrite, type ReadToWrite, writeDecision } from '../repositories/decision-write.ts'
import { GuardFailed } from '../repositories/guarded-statement.ts'
import type { ReadToDecide } from '../repositories/reads-to-decide.ts'
import { toDecision } from './compose-decision.ts'
import type { Deps } from './deps.ts'

const writtenWithinMs = 5_000

/** A verdict with the read as it was judged, and what judged it. */
export type Judgement = { verdict: Verdict; seen: ReadToWrite; decidedBy: StoredFacts['decidedBy'] }

/**
 * Decides the newest pass at a gate once more, because time has passed; an `open` goes out on the command stream. `judge` says null
 * where there is nothing to do. A read, a payment or a passage that comes at the same moment wins: then a guard fails, and nothing
 * was written.
 */
export async function decideAgain(
  deps: Pick<Deps, 'database' | 'now' | 'newId'>,
  { direction, decisionId, read }: ReadToDecide,
  judge: (loaded: LoadedFacts, read: ReadToWrite, now: Date) => Judgement | null,
  { onlyIfWaiting }: Pick<DecisionToWrite, 'onlyIfWaiting'>,
): Promise<void> {
  const now = deps.now()
  const { pool } = deps.database
  const { cameraId, eventId, trackId, plate } = read
  const loaded = await loadFacts(
    pool,
    direction,
    // What else the camera took the plate for is not kept.
    { cameraId, eventId, trackId, plate, candidates: [], isLike: (other) => areAlike(plate, other) },
    now,
  )
  const pass = loaded?.facts.pass
  // Since it was listed, the car has gone, or another one stands there.
  if (loaded === undefined || pass?.decisionId !== decisionId || pass.passageAt !== null) return
  const judgement = judge(loaded, read, now)
  if (judgement === null) return
  const { verdict, seen, decidedBy } = judgement
  const actor = { kind: 'system', id: 'worker' } as const
  const decision = toDecision(deps, loaded, seen, verdict, now, null, actor, deps.newId(), decidedBy)
  const deadline = later(loaded.databaseTime, writtenWithinMs)
  await writeDecision(pool, loaded, read, { ...decision, samePass: true, onlyIfWaiting }, now, deadline).catch(
    (error: unknown) => {
      if (!(error instanceof GuardFailed)) throw error
    },
  )
}

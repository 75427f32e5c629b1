import { later } from '../domain/command-life.ts'
import { decideByPolicy } from '../domain/decide.ts'
import { areAlike } from '../domain/look-alike.ts'
import { loadFacts } from '../repositories/decision-facts.ts'
import { writeDecision } from '../repositories/decision-write.ts'
import { GuardFailed } from '../repositories/guarded-statement.ts'
import { listUnsureReads, type UnsureRead } from '../repositories/unsure-reads.ts'
import { toDecision } from './compose-decision.ts'
import type { Deps } from './deps.ts'

/** How long an unsure read waits for a better one. */
export const betterReadAwaitedMs = 2_500
const writtenWithinMs = 5_000

type Needs = Pick<Deps, 'database' | 'now' | 'newId'>

/**
 * Decides reads that no better one followed, by the gate's policy for an unsure camera; an `open` goes out on the command stream.
 * A better read, or a passage, that comes at the same moment wins: then the guard fails and there is nothing left to do.
 */
export async function decideUnsureReads(deps: Needs): Promise<void> {
  for (const unsure of await listUnsureReads(deps.database.pool, later(deps.now(), -betterReadAwaitedMs)))
    await decideOne(deps, unsure).catch((error: unknown) => {
      if (!(error instanceof GuardFailed)) throw error
    })
}

async function decideOne(deps: Needs, { direction, decisionId, read }: UnsureRead): Promise<void> {
  const now = deps.now()
  const { pool } = deps.database
  const { cameraId, eventId, plate } = read
  const loaded = await loadFacts(
    pool,
    direction,
    { cameraId, eventId, plate, isLike: (other) => areAlike(plate, other) },
    now,
  )
  const pass = loaded?.facts.pass
  // Since it was listed, the car has gone, or another one stands there.
  if (loaded === undefined || pass?.decisionId !== decisionId || pass.passageAt !== null) return
  const verdict = decideByPolicy(loaded.facts, { ...read, receivedAt: read.capturedAt }, loaded.onCameraUnsure, now)
  const decision = toDecision(deps, loaded, read, verdict, now, null, { kind: 'system', id: 'worker' })
  await writeDecision(
    pool,
    loaded,
    read,
    { ...decision, samePass: true },
    now,
    later(loaded.databaseTime, writtenWithinMs),
  )
}

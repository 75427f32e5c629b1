import type { ActorKind } from '@turnpike/contracts/audit.ts'
import type { PooledDb, Tx } from '../db/client.ts'
import { auditEntries, mirrorMarks } from '../db/schema.ts'
import { inTransaction } from './transaction.ts'

export type Actor = { kind: ActorKind; id: string | null; requestId: string | null }

export type Audit = {
  action: string
  siteId: string | null
  subjectKind: string
  subjectId: string
  before?: unknown
  after?: unknown
  reason?: string
}

/** A document of the mirror that this change makes stale. */
export type Mark = { kind: (typeof mirrorMarks.$inferInsert)['kind']; id: string }

/** What a transaction must hand back: its result, what to record of it, and which documents it makes stale. */
export type Change<T> = { result: T; audit: readonly [Audit, ...Audit[]]; marks: readonly Mark[] } | Unchanged<T>
type Unchanged<T> = { result: T; unchanged: true; marks?: readonly Mark[] }

/** For a transaction that found nothing to do, such as a repeat. */
export function unchanged<T>(result: T): Unchanged<T> {
  return { result, unchanged: true }
}

/** For one that keeps what was measured from records that are there already: nobody did anything. `marks`: what shows it. */
export function measured<T>(result: T, marks: readonly Mark[] = []): Unchanged<T> {
  return { result, unchanged: true, marks }
}

/**
 * Opens every transaction outside the decision path: what happened and the record of it commit together, and forgetting either
 * does not compile. One that lost a race wrote nothing: `work` runs again and sees what the other has left.
 */
export async function change<T>(
  db: PooledDb,
  actor: Actor,
  now: Date,
  work: (tx: Tx) => Promise<Change<T>>,
  attempts = 3,
): Promise<T> {
  try {
    return await attempt(db, actor, now, work)
  } catch (error) {
    if (attempts > 1 && hasLostRace(error)) return change(db, actor, now, work, attempts - 1)
    throw error
  }
}

/** What `work` would come to. All that it wrote is taken back, so there is nothing to record. */
export async function asIf<T>(db: PooledDb, work: (tx: Tx) => Promise<T>): Promise<T> {
  const takenBack = new Error('taken back')
  let result: { value: T } | undefined
  await inTransaction(db, async (tx) => {
    result = { value: await work(tx) }
    throw takenBack
  }).catch((error: unknown) => {
    if (error !== takenBack) throw error
  })
  return result!.value
}

/** Another transaction was first with a unique row, or Postgres chose this one to end a deadlock. */
function hasLostRace(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? error) as { code?: string }
  return code === '23505' || code === '40P01' || code === '40001'
}

function attempt<T>(db: PooledDb, actor: Actor, now: Date, work: (tx: Tx) => Promise<Change<T>>): Promise<T> {
  return inTransaction(db, async (tx) => {
    const done = await work(tx)
    if ('audit' in done)
      await tx.insert(auditEntries).values(
        done.audit.map((entry) => ({
          ...entry,
          at: now,
          actorKind: actor.kind,
          actorId: actor.id,
          requestId: actor.requestId,
        })),
      )
    const marks = done.marks ?? []
    if (marks.length > 0) await tx.insert(mirrorMarks).values(marks.map(({ kind, id }) => ({ kind, subjectId: id })))
    return done.result
  })
}

import type { JournalEntry, JournalRecord } from '@turnpike/contracts/journal.ts'
import { Refusal } from '../errors.ts'
import { insertJournalEntries } from '../repositories/brought-in.ts'
import { change } from '../repositories/change.ts'
import type { Deps } from './deps.ts'
import { bringInDecision, bringInRead } from './fallback/bring-in-decision.ts'
import { isRefusedByPostgres } from './fallback/outage.ts'

type Needs = Pick<Deps, 'database' | 'now' | 'newId' | 'journal'>

/** The use cases that store what controllers report, handed in: a use case needs no other. */
export type ReportTakers = {
  [Kind in 'passage' | 'command_result']: (record: Extract<JournalRecord, { kind: Kind }>) => Promise<void>
}

/**
 * Writes what was decided and reported without Postgres into it, oldest first, and takes it out of the journal. Each record is
 * safe to bring in twice, so that a process may die at any step, and another may do the same at once. A record that Postgres
 * refuses is reported and stays; it does not hold up the others.
 */
export function createBringIn(deps: Needs, takers: ReportTakers, onError: (error: unknown) => void): Deps['bringIn'] {
  let turn: Promise<void> = Promise.resolve()

  async function bringIn(siteId: string | undefined) {
    const entries = (await deps.journal.look()).filter(({ record }) => siteId === undefined || record.siteId === siteId)
    const done: JournalEntry[] = []
    try {
      for (const entry of entries) if (await isTaken(entry)) done.push(entry)
    } finally {
      await settle(done)
    }
  }

  /** Throws where Postgres is away: then none of the others can be brought in either. */
  async function isTaken({ record }: JournalEntry): Promise<boolean> {
    try {
      if (record.kind === 'decision') await bringInDecision(deps, record)
      else if (record.kind === 'read') await bringInRead(deps, record)
      else if (record.kind === 'passage') await takers.passage(record)
      else await takers.command_result(record)
      return true
    } catch (error) {
      // It was told before, or something else was told first: that counts.
      if (error instanceof Refusal && (error.code === 'conflict' || error.code === 'not_found')) return true
      if (!isRefusedByPostgres(error)) throw error
      onError(error)
      return false
    }
  }

  async function settle(done: JournalEntry[]) {
    if (done.length === 0) return
    const now = deps.now()
    const actor = { kind: 'system', id: 'fallback', requestId: null } as const
    await change(deps.database.db, actor, now, async (tx) => {
      await insertJournalEntries(
        tx,
        done.map(({ deviceId, sequence, record: { kind, gateId } }) => ({
          deviceId,
          sequence,
          kind,
          gateId,
          broughtInAt: now,
        })),
      )
      const after = { entries: done.length }
      const entry = { action: 'journal.brought_in', siteId: null, subjectKind: 'system', subjectId: 'fallback', after }
      return { result: undefined, audit: [entry], marks: [] }
    })
    for (const entry of done) await deps.journal.remove(entry)
  }

  return (siteId) => {
    // One at a time in this process: the order in which things happened is kept.
    const mine = turn.then(() => bringIn(siteId))
    turn = mine.catch(() => {})
    return mine
  }
}

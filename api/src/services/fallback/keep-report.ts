import type { JournalRecord } from '@turnpike/contracts/journal.ts'
import { Refusal } from '../../errors.ts'
import { atMost } from '../at-most.ts'
import type { Deps } from '../deps.ts'
import { isRefusedByPostgres } from './outage.ts'

/** A controller should not wait longer for "stored", which it is in either case. */
const storedWithinMs = 1_000

/**
 * Stores what a controller reports: in Postgres by `work`, after what this gate decided by itself, or in the journal while
 * Postgres is away.
 */
export async function keepReport(
  deps: Pick<Deps, 'journal' | 'bringIn' | 'waitsBefore'>,
  record: JournalRecord,
  work: () => Promise<void>,
): Promise<void> {
  const store = async () => {
    if (deps.waitsBefore(record)) await deps.bringIn(record)
    await work()
  }
  try {
    await atMost(storedWithinMs, store())
  } catch (error) {
    if (error instanceof Refusal || isRefusedByPostgres(error)) throw error
    await deps.journal.append(record)
  }
}

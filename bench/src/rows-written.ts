import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from './database.ts'

/** By table, what was inserted, updated and deleted. */
export type RowsWritten = Record<string, { inserted: number; updated: number; deleted: number }>

/** What happens to the tables while `work` runs; `name` is what the connections call themselves that do it. */
export async function rowsWrittenBy(pool: Pool, name: string, work: () => Promise<unknown>): Promise<RowsWritten> {
  await untilGone(pool, name)
  const before = await totals(pool)
  await work()
  await untilGone(pool, name)
  const after = await totals(pool)
  return Object.fromEntries(
    Object.entries(after)
      .map(([table, now]) => {
        const then = before[table]!
        return [
          table,
          {
            inserted: now.inserted - then.inserted,
            updated: now.updated - then.updated,
            deleted: now.deleted - then.deleted,
          },
        ] as const
      })
      .filter(([, { inserted, updated, deleted }]) => inserted + updated + deleted > 0),
  )
}

/** One line for each table in which the two differ. */
export function differencesBetween(floor: RowsWritten, shipped: RowsWritten): string[] {
  const text = (rows: RowsWritten[string] | undefined) => JSON.stringify(rows ?? 'nothing')
  return [...new Set([...Object.keys(floor), ...Object.keys(shipped)])]
    .filter((table) => text(floor[table]) !== text(shipped[table]))
    .map((table) => `${table}: the floor ${text(floor[table])}, the server ${text(shipped[table])}`)
}

async function totals(pool: Pool): Promise<RowsWritten> {
  const { rows } = await pool.query(`
    select relname, n_tup_ins::int as inserted, n_tup_upd::int as updated, n_tup_del::int as deleted from pg_stat_user_tables where schemaname = 'public'`)
  return Object.fromEntries(rows.map(({ relname, ...counts }) => [relname, counts]))
}

/** A connection hands in its counts when it ends. */
async function untilGone(pool: Pool, name: string) {
  const giveUp = Date.now() + 10_000
  for (;;) {
    const { rowCount } = await pool.query('select from pg_stat_activity where application_name = $1', [name])
    if (rowCount === 0) return
    if (Date.now() > giveUp) throw new Error(`Connections of ${name} are still there after 10 s.`)
    await sleep(20)
  }
}

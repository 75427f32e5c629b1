import pg from 'pg'
import { expect, vi } from 'vitest'
import type { CarPark } from '../car-park.ts'

/** Nobody writes to this table until `release`. `reached` resolves once a process is held up by it, at a statement that begins so. */
export async function holdTable(park: CarPark, table: string) {
  const blocker = new pg.Client({ connectionString: park.testDatabase.url })
  await blocker.connect()
  await blocker.query('begin')
  await blocker.query(`lock table ${table} in share row exclusive mode`)
  const patiently = { timeout: 20_000, interval: 20 }
  return {
    /** `by`: the name that the process gives its connections. */
    reached: (statement: 'insert into' | 'update', by: string) =>
      vi.waitFor(async () => {
        const held = await park.count(
          `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and application_name like $1 and query ilike $2`,
          [`%${by}%`, `${statement} "${table}"%`],
        )
        expect(held).toBeGreaterThan(0)
      }, patiently),
    /** Resolves once whoever was held up and killed is gone from Postgres, too. */
    async release() {
      await blocker.query('rollback')
      await blocker.end()
      await vi.waitFor(
        async () => expect(await park.count(`pg_locks where relation = '${table}'::regclass`)).toBe(0),
        patiently,
      )
    },
  }
}

/**
 * Nobody who has written a row to this table is done with its commit until `release`, by which it is durable. `reached` resolves once a
 * process is held up there.
 */
export async function holdCommit(park: CarPark, table: string) {
  const owner = new pg.Client({ connectionString: park.testDatabase.url })
  await owner.connect()
  await owner.query('select pg_advisory_lock(7)')
  await owner.query(`create function held_commit() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(7); return null; end $$`)
  await owner.query(`create constraint trigger held_commit after insert on ${table} deferrable initially deferred
    for each row execute function held_commit()`)
  return {
    reached: (by: string) =>
      vi.waitFor(
        async () => {
          const held = `pg_stat_activity where datname = current_database() and wait_event = 'advisory' and application_name like $1 and query ilike 'commit%'`
          expect(await park.count(held, [`%${by}%`])).toBeGreaterThan(0)
        },
        { timeout: 20_000, interval: 20 },
      ),
    async release() {
      await owner.query('select pg_advisory_unlock(7)')
      // Waits for whoever was held up: its lock on the table ends with its commit.
      await owner.query('drop function held_commit cascade')
      await owner.end()
    },
  }
}

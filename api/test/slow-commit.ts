import { setTimeout } from 'node:timers/promises'
import type { CarPark } from './car-park.ts'

/** A core whose commits wait for `commit`; `atCommit` resolves once the first of them is all that is left to do. */
export async function openSlowCommitter(park: CarPark) {
  const [atCommit, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow = await park.anotherCore(5_000)
  slow.database.pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
    Object.assign(client, {
      query: async (...args: unknown[]) => {
        if (/^commit/i.test((args[0] as { text?: string }).text ?? String(args[0]))) {
          atCommit.resolve()
          await commit.promise
        }
        return query(...args)
      },
    })
  })
  return { app: slow.app, atCommit: atCommit.promise, commit: commit.resolve }
}

/** Resolves once somebody, or as many as that, wait for a lock in this car park. */
export async function untilSomebodyWaits(park: CarPark, many = 1) {
  const waiting = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  while ((await park.count(waiting)) < many) await setTimeout(5)
}

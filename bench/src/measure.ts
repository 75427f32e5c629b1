import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onPool, type Pool } from './database.ts'
import { startDriver } from './driver-process.ts'
import { showDurable } from './durable.ts'
import { describeMachine } from './machine.ts'
import type { Bench } from './phases/bench.ts'
import { compareRows } from './phases/compare-rows.ts'
import { runFarAway } from './phases/far-away.ts'
import { runOpenLoops } from './phases/open-loops.ts'
import { runRounds } from './phases/rounds.ts'
import { prepare } from './prepare.ts'
import { makeRunDatabase } from './run-database.ts'
import { type Server, startServer, toServer } from './server-process.ts'
import type { Sizes } from './sizes.ts'

export type Measurement = Awaited<ReturnType<typeof measure>>

/** Everything there is to measure, in order, on the data in `folder`; `say` hears how far it is. */
export async function measure(sizes: Sizes, folder: string, isQuick: boolean, say: (line: string) => void) {
  const began = new Date()
  const prepared = await prepare(sizes, folder, say)
  const { server: postgres, dataDir, secret } = prepared
  const machine = describeMachine(dataDir)
  const { databaseUrl, serverDatabaseUrl } = await makeRunDatabase(prepared)
  const serverFolder = join(dataDir, 'server')
  await rm(serverFolder, { recursive: true, force: true })
  const driver = startDriver()

  const result = await onPool(databaseUrl, async (pool) => {
    const bench: Bench = {
      ...{ sizes, serverDatabaseUrl, serverFolder, pool, driver, say },
      postgresPid: postgres.child.pid,
      cores: machine.cores,
      penalise: isQuick,
    }
    const settings = await showDurable(pool)
    const tables = await countRows(pool)
    await driver.ask({ do: 'load', databaseUrl, secret, name: `bench-${began.getTime()}` })

    say('What floor and server write, and how Postgres finds it')
    const { rows, lookups } = await compareRows(bench)

    const server = await startServer(serverDatabaseUrl, serverFolder)
    const connections = await warmUp(bench, server)
    say(`Rounds: ${sizes.inFlight} in flight, ${connections} connections to Postgres`)
    const rounds = await runRounds(bench, server, connections)
    say('Vehicles that come when they come')
    const atLoad = await runOpenLoops(bench, server)
    await server.child.stop()

    say('Postgres far away')
    const far = await runFarAway(bench)
    return { settings, tables, lookups, rows, connections, rounds, atLoad, far }
  })
  driver.stop()
  await postgres.stop()
  return {
    at: began.toISOString(),
    quick: isQuick,
    sizes,
    machine,
    ...result,
    seconds: (Date.now() - began.getTime()) / 1000,
  }
}

/** Lets server and floor prepare what they will be measured with; says how many connections the server opened for it. */
async function warmUp({ sizes, pool, driver, postgresPid }: Bench, server: Server): Promise<number> {
  const job = {
    do: 'closed',
    postgresPid,
    inFlight: sizes.inFlight,
    seconds: sizes.rampSeconds,
    rampSeconds: sizes.rampSeconds,
  } as const
  await driver.ask({ ...job, to: toServer(server) })
  const { rowCount } = await pool.query(`select from pg_stat_activity where application_name = 'turnpike-gates'`)
  await driver.ask({ ...job, to: { kind: 'floor', connections: rowCount! } })
  return rowCount!
}

/** By table, as the statistics have it. */
async function countRows(pool: Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query(`
    select relname, reltuples::int as rows from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples > 0 order by relname`)
  return Object.fromEntries(rows.map(({ relname, rows }) => [relname, rows]))
}

import { startFailingProxy } from '@turnpike/local/failing-proxy.ts'
import type { Opened } from '../driver/main.ts'
import { catchUp } from '../run-database.ts'
import { readMetric, startServer, toServer } from '../server-process.ts'
import type { Bench } from './bench.ts'
import { type WithOthers, watchingOthers } from './open-loops.ts'

export type FarAway = WithOthers<Opened> & {
  perSecond: number
  roundTripMs: number
  twinShare: number
  guardRetries: number
}

const perSecond = 100
const roundTripMs = 50
/** Of the vehicles, those that are read twice within 20 ms: the second read meets the first and must be decided again. */
const twinShare = 0.01

/** A server whose Postgres is far away: every round trip costs, and what meets on the way is decided twice. */
export async function runFarAway(bench: Bench): Promise<FarAway> {
  const { sizes, pool, driver, serverFolder, serverDatabaseUrl } = bench
  const far = await startFailingProxy(serverDatabaseUrl)
  far.set({ kind: 'fine', delayMs: roundTripMs / 2 })
  const server = await startServer(far.urlFor(serverDatabaseUrl), serverFolder)
  await catchUp(pool)
  await driver.ask({ do: 'settle' })
  const to = toServer(server)
  // Each connection prepares each statement once, far away too.
  const { farSeconds: seconds, rampSeconds: ramp } = sizes
  const opened = await watchingOthers(bench, server, () =>
    driver.ask({ do: 'open', to, perSecond, seconds, rampSeconds: ramp * 4, twinShare }),
  )
  const guardRetries = await readMetric(server, 'turnpike_guard_retries_total')
  await server.child.stop()
  await far.close()
  return { ...opened, perSecond, roundTripMs, twinShare, guardRetries }
}

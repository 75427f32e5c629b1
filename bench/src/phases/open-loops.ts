import type { Opened } from '../driver/main.ts'
import { catchUp } from '../run-database.ts'
import { type Server, toServer } from '../server-process.ts'
import type { Bench } from './bench.ts'

export type AtLoad = Opened & { share: number; perSecond: number }

/** Shares of saturation at which latency is measured. */
const shares = [0.2, 0.5, 0.8]

/** Vehicles that come on their own schedule, at shares of what the server can do. */
export async function runOpenLoops(bench: Bench, server: Server, saturationPerSecond: number): Promise<AtLoad[]> {
  const { sizes, pool, driver, say } = bench
  const results: AtLoad[] = []
  for (const share of shares) {
    await catchUp(pool)
    await driver.ask({ do: 'settle' })
    const perSecond = saturationPerSecond * share
    const opened = await driver.ask({
      do: 'open',
      to: toServer(server),
      perSecond,
      seconds: sizes.openLoopSeconds,
      rampSeconds: sizes.rampSeconds,
      twinShare: 0,
    })
    const { p50, p95, p99 } = opened.latency
    say(
      `  ${(share * 100).toFixed(0)} % (${perSecond.toFixed(0)}/s): p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, p99 ${p99.toFixed(1)} ms`,
    )
    results.push({ ...opened, share, perSecond })
  }
  return results
}

import { setTimeout } from 'node:timers/promises'
import { cpuBetween, readCpuTime, shareOfOthers } from '../cpu.ts'
import type { Opened } from '../driver/main.ts'
import { moveOn } from '../run-database.ts'
import { readMetric, type Server, toServer } from '../server-process.ts'
import type { Bench } from './bench.ts'
import { half } from './rounds.ts'

/** The run whose p99 is the middle one, and its load; `worst` is the p99 of the worst. */
export type AtLoad = WithOthers<Opened> & { share: number; perSecond: number; worst: number }

/** Shares of saturation at which latency is measured. */
const shares = [0.2, 0.5, 0.8]

/**
 * Vehicles that come on their own schedule, at shares of what the server can do. That is found out anew before each run: a machine
 * that others use as well is not the same from one minute to the next.
 */
export async function runOpenLoops(bench: Bench, server: Server): Promise<AtLoad[]> {
  const { sizes, pool, driver, say } = bench
  const results: AtLoad[] = []
  for (const share of shares) {
    const to = toServer(server)
    const { openLoopSeconds: seconds, rampSeconds } = sizes
    const runs: (WithOthers<Opened> & { perSecond: number })[] = []
    while (runs.length < sizes.openLoops) {
      const saturated = await half(bench, to, sizes.saturationSeconds)
      const perSecond = share * saturated.perSecond
      await moveOn(pool)
      await driver.ask({ do: 'settle' })
      const opened = await watchingOthers(bench, server, () =>
        driver.ask({ do: 'open', to, perSecond, seconds, rampSeconds: rampSeconds * 2, twinShare: 0 }),
      )
      await untilBroughtIn(server)
      const { p50, p95, p99 } = opened.latency
      say(
        `  ${(share * 100).toFixed(0)} % (${perSecond.toFixed(0)}/s): p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, p99 ${p99.toFixed(1)} ms`,
      )
      runs.push({ ...opened, perSecond })
    }
    runs.sort((a, b) => a.latency.p99 - b.latency.p99)
    const problems = runs.flatMap((run) => run.problems)
    results.push({ ...runs[Math.floor(runs.length / 2)]!, problems, share, worst: runs.at(-1)!.latency.p99 })
  }
  return results
}

/** Nothing of one measurement is left for the next. */
async function untilBroughtIn(server: Server) {
  while ((await readMetric(server, 'turnpike_journal_waiting')) > 0) await setTimeout(100)
}

export type WithOthers<T> = T & { othersShare: number }

/** With the share of the machine that others took meanwhile. */
export async function watchingOthers<T>(bench: Bench, server: Server, work: () => Promise<T>): Promise<WithOthers<T>> {
  const { postgresPid, driver, cores } = bench
  const watched = { serverPid: server.child.pid, postgresPid, driverPid: driver.pid }
  const began = performance.now()
  const before = readCpuTime(watched)
  const result = await work()
  const cpu = cpuBetween(before, readCpuTime(watched))
  return { ...result, othersShare: shareOfOthers(cpu, (performance.now() - began) / 1000, cores) }
}

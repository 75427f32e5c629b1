import { shareOfOthers } from '../cpu.ts'
import { median } from '../driver/latency.ts'
import type { Measured, To } from '../driver/main.ts'
import { catchUp } from '../run-database.ts'
import { type Server, toServer } from '../server-process.ts'
import type { Bench } from './bench.ts'

export type Half = Measured & {
  perSecond: number
  /** Milliseconds of processor time for each read. `others` is the share of the machine that went to neither of ours. */
  cpuMs: { server: number; postgres: number; driver: number }
  othersShare: number
  walBytes: number
}
export type Round = { floor: Half; shipped: Half }

/** A round in which others took more than this is measured once more. */
const noisy = 0.1

/**
 * Floor, server, floor, server … each for the same time, so that whatever else the machine does meets both alike. Where other
 * programs were at work, up to twice as many rounds are measured, and the quietest of them count.
 */
export async function runRounds(bench: Bench, server: Server, connections: number): Promise<Round[]> {
  const { sizes, say } = bench
  const rounds: Round[] = []
  const quiet = () => rounds.filter((round) => othersIn(round) <= noisy).length
  while (quiet() < sizes.rounds && rounds.length < sizes.rounds * 2) {
    const floor = await half(bench, { kind: 'floor', connections }, sizes.roundSeconds)
    const shipped = await half(bench, toServer(server), sizes.roundSeconds)
    rounds.push({ floor, shipped })
    const ratio = (shipped.perSecond / floor.perSecond).toFixed(3)
    const others = [floor, shipped].map(({ othersShare }) => `${(othersShare * 100).toFixed(0)} %`).join(' and ')
    say(
      `  round ${rounds.length}: floor ${floor.perSecond.toFixed(0)}/s, server ${shipped.perSecond.toFixed(0)}/s, ratio ${ratio}; others took ${others}`,
    )
  }
  return rounds.sort((a, b) => othersIn(a) - othersIn(b)).slice(0, sizes.rounds)
}

function othersIn({ floor, shipped }: Round): number {
  return Math.max(floor.othersShare, shipped.othersShare)
}

/** So many in flight as there can be, for so many seconds. */
export async function half(bench: Bench, to: To, forSeconds: number): Promise<Half> {
  const { sizes, pool, driver, postgresPid, cores } = bench
  await catchUp(pool)
  await driver.ask({ do: 'settle' })
  const walBefore = await walPosition(bench)
  const measured = await driver.ask({
    do: 'closed',
    to,
    postgresPid,
    inFlight: sizes.inFlight,
    seconds: forSeconds,
    rampSeconds: sizes.rampSeconds,
  })
  const { cpu, reads, seconds, allReads } = measured
  return {
    ...measured,
    perSecond: reads / seconds,
    cpuMs: {
      server: (cpu.server / reads) * 1000,
      postgres: (cpu.postgres / reads) * 1000,
      driver: (cpu.driver / reads) * 1000,
    },
    othersShare: shareOfOthers(cpu, seconds, cores),
    walBytes: ((await walPosition(bench)) - walBefore) / allReads,
  }
}

async function walPosition({ pool }: Bench): Promise<number> {
  const { rows } = await pool.query(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes`)
  return rows[0].bytes
}

/** The ratio of the medians, and the least and the greatest ratio of one round. */
export function compare(rounds: Round[], of: (half: Half) => number, floorOf = of) {
  const each = rounds.map(({ floor, shipped }) => of(shipped) / floorOf(floor))
  const shipped = median(rounds.map((round) => of(round.shipped)))
  const floor = median(rounds.map((round) => floorOf(round.floor)))
  return { floor, shipped, ratio: shipped / floor, least: Math.min(...each), greatest: Math.max(...each) }
}

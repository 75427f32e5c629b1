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

/** Floor, server, floor, server … each for the same time, so that whatever else the machine does meets both alike. */
export async function runRounds(bench: Bench, server: Server, connections: number, cores: number): Promise<Round[]> {
  const { sizes, say } = bench
  const rounds: Round[] = []
  for (let number = 1; number <= sizes.rounds; number += 1) {
    const floor = await half(bench, { kind: 'floor', connections }, cores)
    const shipped = await half(bench, toServer(server), cores)
    rounds.push({ floor, shipped })
    const share = (shipped.perSecond / floor.perSecond).toFixed(3)
    say(
      `  round ${number}: floor ${floor.perSecond.toFixed(0)}/s, server ${shipped.perSecond.toFixed(0)}/s, ratio ${share}; others took ${percent(floor.othersShare)} and ${percent(shipped.othersShare)} of the machine`,
    )
  }
  return rounds
}

async function half(bench: Bench, to: To, cores: number): Promise<Half> {
  const { sizes, pool, driver, postgresPid } = bench
  await catchUp(pool)
  await driver.ask({ do: 'settle' })
  const walBefore = await walPosition(bench)
  const measured = await driver.ask({
    do: 'closed',
    to,
    postgresPid,
    inFlight: sizes.inFlight,
    seconds: sizes.roundSeconds,
    rampSeconds: sizes.rampSeconds,
  })
  const { cpu, reads, seconds, allReads } = measured
  const ours = cpu.server + cpu.postgres + cpu.driver
  return {
    ...measured,
    perSecond: reads / seconds,
    cpuMs: {
      server: (cpu.server / reads) * 1000,
      postgres: (cpu.postgres / reads) * 1000,
      driver: (cpu.driver / reads) * 1000,
    },
    othersShare: Math.max(0, cpu.machine - ours) / (seconds * cores),
    walBytes: ((await walPosition(bench)) - walBefore) / allReads,
  }
}

async function walPosition({ pool }: Bench): Promise<number> {
  const { rows } = await pool.query(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes`)
  return rows[0].bytes
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`

/** The ratio of the medians, and the least and the greatest ratio of one round. */
export function compare(rounds: Round[], of: (half: Half) => number, floorOf = of) {
  const each = rounds.map(({ floor, shipped }) => of(shipped) / floorOf(floor))
  const shipped = median(rounds.map((round) => of(round.shipped)))
  const floor = median(rounds.map((round) => floorOf(round.floor)))
  return { floor, shipped, ratio: shipped / floor, least: Math.min(...each), greatest: Math.max(...each) }
}

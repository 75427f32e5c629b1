import { unservedLookups } from './lookups.ts'
import type { Measurement } from './measure.ts'
import { compare } from './phases/rounds.ts'

export type Target = { what: string; promise: string; measured: string; kept: boolean }

/** What is promised, and whether it was kept. What makes a measurement worthless is a broken promise too. */
export function judge(measurement: Measurement): Target[] {
  const { rounds, atLoad, far, rows, lookups, quick } = measurement
  const throughput = compare(rounds, (half) => half.perSecond)
  const cpu = compareCpu(measurement)
  const half = atLoad.find(({ share }) => share === 0.5)!.latency
  const busy = atLoad.find(({ share }) => share === 0.8)!.latency
  const unserved = unservedLookups(lookups, quick)
  const wrong = problemsOf(measurement)
  return [
    target('throughput, of the floor', 'at least 0.6', throughput.ratio, (ratio) => ratio >= 0.6, 3),
    target('processor time of a read, of the floor', 'at most 1.5', cpu.ratio, (ratio) => ratio <= 1.5, 3),
    target('p95 at 50 % load', 'at most 15 ms', half.p95, (ms) => ms <= 15),
    target('p99 at 50 % load', 'at most 40 ms', half.p99, (ms) => ms <= 40),
    target('p95 at 80 % load', 'below 150 ms', busy.p95, (ms) => ms < 150),
    target('p95 at 100/s, Postgres 50 ms away', 'below 150 ms', far.latency.p95, (ms) => ms < 150),
    target('lookups on big tables without an index', 'none', unserved.length, (count) => count === 0, 0),
    target(
      'tables that floor and server write differently',
      'none',
      rows.differences.length,
      (count) => count === 0,
      0,
    ),
    target('kinds of wrong answers', 'none', wrong.length, (count) => count === 0, 0),
  ]
}

/** Server and Postgres together, against Postgres and the client that drives the floor. */
export function compareCpu({ rounds }: Pick<Measurement, 'rounds'>) {
  return compare(
    rounds,
    ({ cpuMs }) => cpuMs.server + cpuMs.postgres,
    ({ cpuMs }) => cpuMs.driver + cpuMs.postgres,
  )
}

/** The same against Postgres alone, as if the floor needed nobody to ask it. */
export function compareCpuWithoutClient({ rounds }: Pick<Measurement, 'rounds'>) {
  return compare(
    rounds,
    ({ cpuMs }) => cpuMs.server + cpuMs.postgres,
    ({ cpuMs }) => cpuMs.postgres,
  )
}

/** Every answer that was not what it had to be, in every part of the measurement. */
export function problemsOf({ rows, rounds, atLoad, far }: Measurement): string[] {
  const ofRounds = rounds.flatMap(({ floor, shipped }) => [...floor.problems, ...shipped.problems])
  return [...rows.problems, ...ofRounds, ...atLoad.flatMap((at) => at.problems), ...far.problems]
}

function target(what: string, promise: string, value: number, isKept: (value: number) => boolean, digits = 1): Target {
  return { what, promise, measured: value.toFixed(digits), kept: isKept(value) }
}

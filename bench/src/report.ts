import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Latency } from './driver/latency.ts'
import { mix } from './driver/mix.ts'
import type { Measurement } from './measure.ts'
import { compare } from './phases/rounds.ts'
import { compareCpu, compareCpuWithoutClient, judge, problemsOf } from './targets.ts'

/** Prints what was measured as tables, and keeps all of it as JSON. Says which promises were not kept. */
export async function writeReport(measurement: Measurement, folder: string) {
  const targets = judge(measurement)
  printMeasurement(measurement)
  print(
    'Promises',
    targets.map(({ kept, ...target }) => ({ ...target, kept: kept ? 'yes' : 'NO' })),
  )
  for (const problem of [...problemsOf(measurement), ...measurement.rows.differences]) console.log(`  ! ${problem}`)

  await mkdir(folder, { recursive: true })
  const file = join(folder, `${measurement.at.replaceAll(':', '-')}.json`)
  await writeFile(file, `${JSON.stringify({ ...measurement, targets }, null, 2)}\n`)
  return { file, missed: targets.filter(({ kept }) => !kept) }
}

function printMeasurement(measurement: Measurement) {
  const { machine, settings, tables, rows, lookups, rounds, atLoad, far, connections, sizes } = measurement
  const { cores, processor, memoryGib, node, fsyncMs, loadBefore } = machine
  console.log(
    `\n${cores} cores (${processor}), ${memoryGib} GiB, Node ${node}; 8 KiB forced to disk: p50 ${fsyncMs.p50.toFixed(2)} ms, p99 ${fsyncMs.p99.toFixed(2)} ms; load before: ${loadBefore.toFixed(2)}`,
  )
  console.log(
    `PostgreSQL: ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  )
  console.log(
    `Of 100 reads: ${Object.entries(mix)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ')}`,
  )

  print(
    `Rows, and what ${rows.reads} reads do to them (floor and server)`,
    Object.keys({ ...tables, ...rows.shipped })
      .sort()
      .map((table) => ({
        table,
        rows: tables[table] ?? 0,
        ...withPrefix('floor', rows.floor[table]),
        ...withPrefix('server', rows.shipped[table]),
      })),
  )
  print(
    'What serves each lookup of the decision path (generic plans)',
    lookups.map(({ table, rows, index, condition, statements }) => ({
      table,
      rows,
      index: index ?? 'the whole table',
      by: condition,
      statements: statements.length > 3 ? `${statements.length} of them` : statements.join(', '),
    })),
  )

  const perRead = (half: Measurement['rounds'][number]['floor']) => half.walBytes
  print(
    `${sizes.inFlight} in flight, ${connections} connections, ${rounds.length} rounds: medians, and the ratio's range`,
    [
      {
        what: 'reads a second',
        ...shown(
          compare(rounds, (half) => half.perSecond),
          0,
        ),
      },
      {
        what: 'processor ms a read: server and Postgres / floor client and Postgres',
        ...shown(compareCpu(measurement), 3),
      },
      {
        what: 'processor ms a read: server and Postgres / Postgres alone',
        ...shown(compareCpuWithoutClient(measurement), 3),
      },
      {
        what: 'processor ms a read: Postgres / Postgres',
        ...shown(
          compare(rounds, (half) => half.cpuMs.postgres),
          3,
        ),
      },
      {
        what: 'p50 ms',
        ...shown(
          compare(rounds, (half) => half.latency.p50),
          1,
        ),
      },
      {
        what: 'p99 ms',
        ...shown(
          compare(rounds, (half) => half.latency.p99),
          1,
        ),
      },
      { what: 'bytes of write-ahead log a read', ...shown(compare(rounds, perRead), 0) },
      {
        what: 'share of the machine that others took',
        ...shown(
          compare(rounds, (half) => half.othersShare),
          2,
        ),
      },
    ],
  )
  print('Vehicles that come when they come: milliseconds from when a read was due to its answer', [
    ...atLoad.map((at) => ({
      load: `${(at.share * 100).toFixed(0)} % of saturation`,
      'per s': at.perSecond.toFixed(0),
      ...latencies(at.latency),
      reads: at.reads,
      'sent again': at.again,
      'by policy': at.byPolicy,
    })),
    {
      load: `Postgres ${far.roundTripMs} ms away`,
      'per s': far.perSecond,
      ...latencies(far.latency),
      reads: far.reads,
      'sent again': far.again,
      'by policy': far.byPolicy,
      'guard retries': far.guardRetries,
    },
  ])
  console.log(`Measured in ${(measurement.seconds / 60).toFixed(1)} min`)
}

function print(title: string, rows: object[]) {
  console.log(`\n${title}`)
  const [first] = rows
  console.table(
    Object.fromEntries(rows.map((row) => [Object.values(row)[0], row])),
    first && Object.keys(Object.assign({}, ...rows)).slice(1),
  )
}

function shown(compared: ReturnType<typeof compare>, digits: number) {
  const { floor, shipped, ratio, least, greatest } = compared
  return {
    floor: floor.toFixed(digits),
    server: shipped.toFixed(digits),
    ratio: ratio.toFixed(3),
    range: `${least.toFixed(3)} – ${greatest.toFixed(3)}`,
  }
}

function latencies({ p50, p95, p99, max }: Latency) {
  return { p50: p50.toFixed(1), p95: p95.toFixed(1), p99: p99.toFixed(1), max: max.toFixed(1) }
}

function withPrefix(who: string, counts: Measurement['rows']['floor'][string] | undefined) {
  if (counts === undefined) return {}
  const { inserted, updated, deleted } = counts
  return {
    [who]: [inserted && `+${inserted}`, updated && `~${updated}`, deleted && `-${deleted}`].filter(Boolean).join(' '),
  }
}

import type { Latency } from './driver/latency.ts'
import type { Measurement } from './measure.ts'
import { compare, type Half } from './phases/rounds.ts'
import { compareCpu, compareCpuWithoutClient } from './targets.ts'

export function rowsTable({ tables, rows }: Measurement) {
  return Object.keys({ ...tables, ...rows.shipped })
    .sort()
    .map((table) => ({
      table,
      rows: tables[table] ?? 0,
      floor: changes(rows.floor[table]),
      server: changes(rows.shipped[table]),
    }))
}

export function lookupsTable({ lookups }: Measurement) {
  return lookups.map(({ table, rows, index, condition, expects, statements }) => ({
    table,
    rows,
    index: index ?? 'the whole table',
    by: condition,
    expects,
    for: statements.length > 3 ? `${statements.length} statements` : statements.join(', '),
  }))
}

export function roundsTable(measurement: Measurement) {
  const { rounds } = measurement
  const line = (what: string, digits: number, of: (half: Half) => number) => ({
    what,
    ...shown(compare(rounds, of), digits),
  })
  return [
    line('reads a second', 0, (half) => half.perSecond),
    { what: 'ms of processor a read: server and Postgres / client and Postgres', ...shown(compareCpu(measurement), 3) },
    {
      what: 'ms of processor a read: server and Postgres / Postgres alone',
      ...shown(compareCpuWithoutClient(measurement), 3),
    },
    line('ms of processor a read: Postgres', 3, (half) => half.cpuMs.postgres),
    line('p50 ms', 1, (half) => half.latency.p50),
    line('p99 ms', 1, (half) => half.latency.p99),
    line('bytes of write-ahead log a read', 0, (half) => half.walBytes),
    line('share of the machine that others took', 2, (half) => half.othersShare),
  ]
}

export function atLoadTable({ atLoad, far }: Measurement) {
  return [
    ...atLoad.map((at) => ({
      load: `${(at.share * 100).toFixed(0)} % of saturation`,
      'a second': at.perSecond.toFixed(0),
      ...latencies(at.latency),
      'worst p99': at.worst.toFixed(1),
      reads: at.reads,
      'sent again': at.again,
      'by policy': at.byPolicy,
      others: at.othersShare.toFixed(2),
    })),
    {
      load: `Postgres ${far.roundTripMs} ms away`,
      'a second': far.perSecond,
      ...latencies(far.latency),
      'worst p99': '',
      reads: far.reads,
      'sent again': far.again,
      'by policy': far.byPolicy,
      others: far.othersShare.toFixed(2),
      'guard retries': far.guardRetries,
    },
  ]
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

function changes(counts: Measurement['rows']['floor'][string] | undefined): string {
  if (counts === undefined) return ''
  const { inserted, updated, deleted } = counts
  return [inserted && `+${inserted}`, updated && `~${updated}`, deleted && `-${deleted}`].filter(Boolean).join(' ')
}

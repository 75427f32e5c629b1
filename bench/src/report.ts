import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mix } from './driver/mix.ts'
import type { Measurement } from './measure.ts'
import { atLoadTable, lookupsTable, roundsTable, rowsTable } from './report-tables.ts'
import { judge, problemsOf } from './targets.ts'
import { textTable } from './text-table.ts'

/** More than this, taken by other programs, and figures say more about them than about us. */
const noisy = 0.1

/** Prints what was measured as tables, and keeps all of it as JSON. Says which promises were not kept. */
export async function writeReport(measurement: Measurement, folder: string) {
  const targets = judge(measurement)
  console.log(describe(measurement))
  const promises = targets.map(({ kept, ...target }) => ({ ...target, kept: kept ? 'yes' : 'NO' }))
  console.log(`\n## Promises\n\n${textTable(promises)}`)
  for (const problem of [...problemsOf(measurement), ...measurement.rows.differences]) console.log(`  ! ${problem}`)
  const others = Math.max(
    ...measurement.rounds.flatMap(({ floor, shipped }) => [floor.othersShare, shipped.othersShare]),
  )
  if (others > noisy)
    console.log(`\nOther programs took up to ${percent(others)} of the machine: measure again when it is quiet.`)

  await mkdir(folder, { recursive: true })
  const file = join(folder, `${measurement.at.replaceAll(':', '-')}.json`)
  await writeFile(file, `${JSON.stringify({ ...measurement, targets }, null, 2)}\n`)
  return { file, missed: targets.filter(({ kept }) => !kept) }
}

function describe(measurement: Measurement): string {
  const { machine, settings, rows, rounds, connections, sizes, seconds } = measurement
  const { cores, processor, memoryGib, node, fsyncMs, loadBefore } = machine
  return [
    `\n## Measured in ${(seconds / 60).toFixed(1)} min`,
    '',
    `${cores} cores (${processor}), ${memoryGib} GiB, Node ${node}; 8 KiB forced to disk: p50 ${fsyncMs.p50.toFixed(2)} ms, p99 ${fsyncMs.p99.toFixed(2)} ms; load before: ${loadBefore.toFixed(2)}`,
    `PostgreSQL: ${wordsOf(settings)}`,
    `Of 100 reads: ${wordsOf(mix)}`,
    `\n## Rows, and what ${rows.reads} reads do to them (inserted +, updated ~, deleted -)\n`,
    textTable(rowsTable(measurement)),
    '\n## What serves each lookup of the decision path (generic plans)\n',
    textTable(lookupsTable(measurement)),
    `\n## ${sizes.inFlight} in flight, ${connections} connections, ${rounds.length} rounds: medians, and the range of the ratio\n`,
    textTable(roundsTable(measurement)),
    '\n## Vehicles that come when they come: milliseconds from when a read was due to its answer\n',
    textTable(atLoadTable(measurement)),
  ].join('\n')
}

function wordsOf(figures: Record<string, string | number>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}

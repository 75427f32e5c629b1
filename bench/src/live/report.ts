import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from '../targets.ts'
import { textTable } from '../text-table.ts'
import type { LiveMeasurement } from './measure.ts'

/** Prints what was measured as tables, and keeps all of it as JSON. Says which aims were missed; a quick measurement has none. */
export async function writeLiveReport(measurement: LiveMeasurement, folder: string) {
  const aims = measurement.quick ? [] : judge(measurement)
  console.log(describe(measurement))
  if (aims.length > 0) {
    const shown = aims.map(({ kept, ...aim }) => ({ ...aim, kept: kept ? 'yes' : 'NO' }))
    console.log(`\n## Aims\n\n${textTable(shown)}`)
  }
  await mkdir(folder, { recursive: true })
  const file = join(folder, `live-${measurement.at.replaceAll(':', '-')}.json`)
  await writeFile(file, `${JSON.stringify({ ...measurement, aims }, null, 2)}\n`)
  return { file, missed: aims.filter(({ kept }) => !kept) }
}

function judge({ atRates, firstLoad, wall, pushes }: LiveMeasurement): Target[] {
  const aim = (what: string, promise: string, value: number, digits: number, isKept: boolean): Target => ({
    what,
    promise,
    measured: value.toFixed(digits),
    kept: isKept,
  })
  const highest = Math.max(...atRates.map(({ perSecond }) => Math.round(perSecond)))
  const lowest = Math.min(...atRates.map(({ perSecond }) => Math.round(perSecond)))
  const busiest = atRates.filter(({ perSecond }) => Math.round(perSecond) === highest)
  const p95 = Math.max(...busiest.map(({ visible }) => visible.ms.p95))
  const quietest = Math.max(
    ...atRates.filter(({ perSecond }) => Math.round(perSecond) === lowest).map((at) => at.writesPerDecision),
  )
  return [
    aim(`p95 to the screen at ${highest}/s`, 'at most 1,000 ms', p95, 0, p95 <= 1_000),
    ...(pushes ? [aim(`Firestore writes a decision at ${lowest}/s`, 'at most 3.0', quietest, 2, quietest <= 3)] : []),
    aim(
      'first load: kB of script before Firebase',
      'at most 250',
      firstLoad.scriptBytes / 1000,
      0,
      firstLoad.scriptBytes <= 250_000,
    ),
    aim('wall screen: MB that the heap grew by', 'at most 5', wall.heapGrowthMb, 1, wall.heapGrowthMb <= 5),
  ]
}

function describe({ machine, atRates, backlog, firstLoad, wall, pushes, seconds }: LiveMeasurement): string {
  const ms = (value: number) => value.toFixed(0)
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`
  const mirror = pushes ? 'Firestore (its emulator)' : "the API's stream"
  return [
    `\n## Measured in ${(seconds / 60).toFixed(1)} min, live data from ${mirror}`,
    '',
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGib} GiB, Node ${machine.node}; load before: ${machine.loadBefore.toFixed(2)}`,
    '\n## From the decision to the painted card, in milliseconds\n',
    textTable(
      atRates.map((at) => ({
        lanes: at.lanes,
        'a second': at.perSecond.toFixed(1),
        p50: ms(at.visible.ms.p50),
        p95: ms(at.visible.ms.p95),
        p99: ms(at.visible.ms.p99),
        max: ms(at.visible.ms.max),
        decisions: at.decisions,
        unseen: at.visible.unseen,
        'by policy': at.byPolicy,
        [pushes ? 'Firestore writes a decision' : 'documents a decision']: at.writesPerDecision.toFixed(2),
        'machine busy': percent(at.busy),
      })),
    ),
    '\n## Backlog\n',
    textTable([
      {
        marks: backlog.marks,
        documents: backlog.documents,
        seconds: backlog.seconds.toFixed(1),
        'marks a second': backlog.perSecond.toFixed(0),
      },
    ]),
    '\n## First load, nothing cached\n',
    textTable([
      {
        'kB of script': (firstLoad.scriptBytes / 1000).toFixed(0),
        'with Firebase': (firstLoad.scriptBytesWithFirebase / 1000).toFixed(0),
        requests: firstLoad.requests,
        'first lane ms': ms(firstLoad.firstLaneMs),
        'live ms': ms(firstLoad.liveMs),
      },
    ]),
    `\n## A wall screen of ${wall.lanes} lanes at ${wall.perSecond} decisions a second for ${wall.seconds} s\n`,
    textTable([
      {
        p50: ms(wall.visible.ms.p50),
        p95: ms(wall.visible.ms.p95),
        p99: ms(wall.visible.ms.p99),
        unseen: wall.visible.unseen,
        'frames drawn': wall.frames.drawn,
        dropped: `${wall.frames.dropped} (${percent(wall.frames.droppedShare)})`,
        'longest without one ms': ms(wall.frames.longestMs),
        'heap MB': `${wall.memory[0]!.heapMb.toFixed(1)} – ${wall.memory.at(-1)!.heapMb.toFixed(1)}`,
        nodes: `${wall.memory[0]!.nodes} – ${wall.memory.at(-1)!.nodes}`,
        'machine busy': percent(wall.busy),
      },
    ]),
  ].join('\n')
}

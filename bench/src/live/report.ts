import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { textTable } from '../text-table.ts'
import { judge } from './aims.ts'
import type { AtRate } from './at-rate.ts'
import type { LiveMeasurement } from './measure.ts'

/** Prints what was measured as tables for docs/performance.md, and keeps all of it as JSON. Says which aims were missed. */
export async function writeLiveReport(measurement: LiveMeasurement, folder: string) {
  const aims = judge(measurement)
  const shown = aims.map(({ kept, ...aim }) => ({ ...aim, kept: kept ? 'yes' : 'NO' }))
  console.log(describe(measurement))
  console.log(`\n### Aims\n\n${textTable(shown)}`)
  await mkdir(folder, { recursive: true })
  const file = join(folder, `live-${measurement.at.replaceAll(':', '-')}.json`)
  await writeFile(file, `${JSON.stringify({ ...measurement, aims }, null, 2)}\n`)
  return { file, missed: aims.filter(({ kept }) => !kept) }
}

function describe({ machine, atRates, backlog, firstLoad, wall, pushes, seconds }: LiveMeasurement): string {
  const ms = (value: number) => value.toFixed(0)
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`
  const mirror = pushes ? 'Firestore (its emulator)' : "the API's stream"
  return [
    `\n### Measured in ${(seconds / 60).toFixed(1)} min, live data from ${mirror}`,
    '',
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGib} GiB, Node ${machine.node}; load before: ${machine.loadBefore.toFixed(2)}`,
    '\n### From the decision to the painted card, in milliseconds\n',
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
        failed: at.failed,
        'by policy': at.byPolicy,
        'machine busy': percent(at.busy),
      })),
    ),
    `\n### ${pushes ? 'Firestore writes' : 'Documents written'} a decision\n`,
    textTable(atRates.map(writesOf)),
    '\n### Backlog\n',
    textTable([
      {
        marks: backlog.marks,
        documents: backlog.documents,
        seconds: backlog.seconds.toFixed(1),
        'marks a second': backlog.perSecond.toFixed(0),
      },
    ]),
    '\n### First load, nothing cached\n',
    textTable([
      {
        'kB of script': (firstLoad.scriptBytes / 1000).toFixed(0),
        'with Firebase': (firstLoad.scriptBytesWithFirebase / 1000).toFixed(0),
        requests: firstLoad.requests,
        'first lane ms': ms(firstLoad.firstLaneMs),
        'live ms': ms(firstLoad.liveMs),
      },
    ]),
    `\n### A wall screen of ${wall.lanes} lanes at ${wall.perSecond.toFixed(1)} decisions a second for ${wall.seconds} s\n`,
    textTable([
      {
        p50: ms(wall.visible.ms.p50),
        p95: ms(wall.visible.ms.p95),
        p99: ms(wall.visible.ms.p99),
        decisions: wall.decisions,
        unseen: wall.visible.unseen,
        failed: wall.failed,
        'by policy': wall.byPolicy,
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

function writesOf({ lanes, perSecond, writesPerDecision, writesByKind, aliveOnlyPerSecond }: AtRate) {
  const kinds = ['gate', 'session', 'site', 'alert'].map((kind) => [kind, (writesByKind[kind] ?? 0).toFixed(2)])
  return {
    lanes,
    'a second': perSecond.toFixed(1),
    all: writesPerDecision.toFixed(2),
    ...Object.fromEntries(kinds),
    'a second that say nothing new': aliveOnlyPerSecond.toFixed(2),
  }
}

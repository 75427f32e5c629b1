import { type Bench, decisionTimes } from './at-rate.ts'
import { busyShare } from './busy.ts'
import type { Decided } from './cars.ts'
import type { Lane } from './lanes.ts'
import type { Frames, Screen, Sighting } from './screen.ts'
import { timeToVisible, type Visible } from './visible.ts'

export type Memory = { second: number; heapMb: number; nodes: number; listeners: number }
export type Wall = {
  lanes: number
  perSecond: number
  seconds: number
  byPolicy: number
  visible: Visible
  frames: Frames & { droppedShare: number }
  /** After a garbage collection each. */
  memory: Memory[]
  /** What the heap grew by, from the first third of the time to the last, in MB. */
  heapGrowthMb: number
  busy: number
}

/** A screen on the wall that nobody touches: whether it keeps up, draws smoothly and stays as large as it was. */
export async function watchWall(
  bench: Bench,
  screen: Screen,
  lanes: Lane[],
  { perSecond, seconds, sampleSeconds }: { perSecond: number; seconds: number; sampleSeconds: number },
): Promise<Wall> {
  const decided: Decided[] = []
  const sightings: Sighting[] = []
  const frames: Frames[] = []
  const memory: Memory[] = []
  let byPolicy = 0
  await screen.takeSightings()
  await screen.takeFrames()
  const busy = busyShare()
  for (let second = 0; second < seconds; second += sampleSeconds) {
    const driven = await bench.drive(lanes, perSecond, Math.min(sampleSeconds, seconds - second))
    decided.push(...driven.decided)
    byPolicy += driven.decided.filter(({ mode }) => mode !== 'normal').length
    // What is measured must not be what stutters: frames are taken before the garbage is collected.
    frames.push(await screen.takeFrames())
    sightings.push(...(await screen.takeSightings()))
    memory.push(await readMemory(screen, second + sampleSeconds))
    await screen.takeFrames()
  }
  const share = busy()
  await screen.page.waitForTimeout(2_000)
  sightings.push(...(await screen.takeSightings()))
  const sum = (of: (each: Frames) => number) => frames.reduce((all, each) => all + of(each), 0)
  const [drawn, dropped] = [sum((each) => each.drawn), sum((each) => each.dropped)]
  return {
    lanes: lanes.length,
    perSecond,
    seconds,
    byPolicy,
    visible: timeToVisible(decided, sightings, await decisionTimes(bench.pool, decided)),
    frames: {
      drawn,
      dropped,
      droppedShare: dropped / (drawn + dropped),
      longestMs: Math.max(...frames.map((each) => each.longestMs)),
    },
    memory,
    heapGrowthMb: growth(memory.map(({ heapMb }) => heapMb)),
    busy: share,
  }
}

async function readMemory({ devtools }: Screen, second: number): Promise<Memory> {
  await devtools.send('HeapProfiler.collectGarbage')
  await devtools.send('Performance.enable')
  const { metrics } = await devtools.send('Performance.getMetrics')
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
  return {
    second,
    heapMb: of('JSHeapUsedSize') / 2 ** 20,
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
  }
}

function growth(sizes: number[]): number {
  const third = Math.max(Math.floor(sizes.length / 3), 1)
  const mean = (values: number[]) => values.reduce((all, one) => all + one, 0) / values.length
  return mean(sizes.slice(-third)) - mean(sizes.slice(0, third))
}

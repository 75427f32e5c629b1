import { type CpuTime, cpuBetween, readCpuTime, type Watched } from '../cpu.ts'
import type { Fleet } from './fleet.ts'
import type { Outcomes, Tally } from './tally.ts'

export type ClosedLoopResult = Outcomes & {
  reads: number
  seconds: number
  /** With those before and after the time that counts. */
  allReads: number
  cpu: CpuTime
  milliseconds: number[]
}

/** Keeps `inFlight` reads under way, and counts the answers of `seconds` after `rampSeconds`. */
export async function closedLoop(
  tally: Tally,
  fleet: Fleet,
  watched: Watched,
  options: { inFlight: number; seconds: number; rampSeconds: number },
): Promise<ClosedLoopResult> {
  const begins = performance.now() + options.rampSeconds * 1000
  const ends = begins + options.seconds * 1000
  let milliseconds: number[] = []
  let before: CpuTime | undefined
  let began = 0
  let allReads = 0

  async function lane() {
    for (;;) {
      const sent = performance.now()
      if (sent >= ends) return
      if (before === undefined && sent >= begins) {
        before = readCpuTime(watched)
        began = sent
        milliseconds = []
      }
      await tally.send(fleet.next())
      milliseconds.push(performance.now() - sent)
      allReads += 1
    }
  }

  const lanes = Array.from({ length: options.inFlight }, lane)
  // The first lane to end says that time is up; what the others still bring is waited for, and not counted.
  await Promise.race(lanes)
  const seconds = (performance.now() - began) / 1000
  const cpu = cpuBetween(before!, readCpuTime(watched))
  const counted = [...milliseconds]
  await Promise.all(lanes)
  return { ...tally.outcomes, reads: counted.length, seconds, allReads, cpu, milliseconds: counted }
}

/** Exactly `count` reads, `inFlight` at a time. */
export async function fixedCount(tally: Tally, fleet: Fleet, count: number, inFlight: number): Promise<Outcomes> {
  let left = count
  async function lane() {
    while (left > 0) {
      left -= 1
      await tally.send(fleet.next())
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return tally.outcomes
}

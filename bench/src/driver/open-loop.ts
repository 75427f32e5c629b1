import { type Fleet, isDecided, type PlannedRead } from './fleet.ts'
import type { Random } from './random.ts'
import type { Outcomes, Tally } from './tally.ts'

export type OpenLoopResult = Outcomes & { reads: number; milliseconds: number[] }

const earlyMs = 0.5

/** How far a second read of the same vehicle is behind the first, where a camera reads a plate in two pictures. */
const twinMs = 20

/**
 * Vehicles come when they come (Poisson), whether or not those before them were answered. A latency is from the instant at which a
 * read was due: one that had to wait for its turn here has waited. Timers go by whole milliseconds: a read that is due within half of
 * one goes out now, and its latency is from then, as else most would go out that much late. `twinShare` of the vehicles are read twice. Where so many were decided
 * by policy that no vehicle is left whose place is known, it ends early, and that is a problem of the measurement.
 */
export async function openLoop(
  tally: Tally,
  fleet: Fleet,
  random: Random,
  options: { perSecond: number; seconds: number; rampSeconds: number; twinShare: number },
): Promise<OpenLoopResult> {
  const milliseconds: number[] = []
  const underWay = new Set<Promise<void>>()
  let due = performance.now()
  const begins = due + options.rampSeconds * 1000
  let ends = begins + options.seconds * 1000

  function start(read: PlannedRead, dueAt: number) {
    const sending = tally.send(read).then(() => {
      if (dueAt >= begins) milliseconds.push(performance.now() - dueAt)
      underWay.delete(sending)
    })
    underWay.add(sending)
  }

  function arrive(dueAt: number) {
    const read = fleet.next()
    if (!isDecided(read.kind) || random() >= options.twinShare) return start(read, dueAt)
    const [first, second] = fleet.twins(read)
    start(first, dueAt)
    setTimeout(() => start(second, dueAt + twinMs), dueAt + twinMs - performance.now())
  }

  /** From few cars to the whole load while nothing counts: connections that have to plan anew do so one by one, as in the morning. */
  const shareAt = (at: number) => Math.min(1, Math.max(0.05, 1 - (begins - at) / (options.rampSeconds * 1000)))

  await new Promise<void>((resolve) => {
    function tick() {
      for (const now = performance.now(); due <= now + earlyMs && due < ends; ) {
        try {
          arrive(Math.min(due, now))
        } catch (error) {
          tally.note((error as Error).message)
          ends = due
        }
        due += (-Math.log(1 - random()) * 1000) / (options.perSecond * shareAt(due))
      }
      if (due < ends) setTimeout(tick, Math.max(0, due - performance.now()))
      else setTimeout(resolve, twinMs + 5)
    }
    tick()
  })
  await Promise.all(underWay)
  return { ...tally.outcomes, reads: milliseconds.length, milliseconds }
}

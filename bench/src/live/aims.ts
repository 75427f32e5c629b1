import type { Target } from '../targets.ts'
import type { LiveMeasurement } from './measure.ts'

/** What is aimed at, and whether it was reached. What makes a measurement worthless counts too; of a quick one, that alone. */
export function judge(measurement: LiveMeasurement): Target[] {
  return [...soundness(measurement), ...(measurement.quick ? [] : aims(measurement))]
}

/** A screen that shows what was never decided as it should be says nothing about its speed. */
function soundness({ atRates, wall }: LiveMeasurement): Target[] {
  const all = [...atRates, wall]
  const sum = (of: (each: (typeof all)[number]) => number) => all.reduce((total, each) => total + of(each), 0)
  const none = (what: string, count: number) => target(what, 'none', count, (found) => found === 0)
  return [
    none(
      'reads that got no decision',
      sum(({ failed }) => failed),
    ),
    none(
      'decisions by a failure policy',
      sum(({ byPolicy }) => byPolicy),
    ),
    none(
      'decisions that no screen showed',
      sum(({ visible }) => visible.unseen),
    ),
  ]
}

function aims({ atRates, firstLoad, wall, pushes }: LiveMeasurement): Target[] {
  const rates = atRates.map(({ wantedPerSecond }) => wantedPerSecond)
  const [lowest, highest] = [Math.min(...rates), Math.max(...rates)]
  const at = (rate: number) => atRates.filter(({ wantedPerSecond }) => wantedPerSecond === rate)
  const p95 = Math.max(...at(highest).map(({ visible }) => visible.ms.p95))
  const writes = Math.max(...at(lowest).map((each) => each.writesPerDecision))
  const came = Math.min(...[...atRates, wall].map((each) => each.perSecond / each.wantedPerSecond))
  return [
    target('cars that came, of those wanted', 'at least 98 %', came * 100, (percent) => percent >= 98),
    target(`p95 to the screen at ${highest}/s`, 'at most 1,000 ms', p95, (ms) => ms <= 1_000),
    target('p95 to the wall', 'at most 1,000 ms', wall.visible.ms.p95, (ms) => ms <= 1_000),
    ...(pushes
      ? [
          target(`Firestore writes a decision at ${lowest}/s`, 'at most 3.0', writes, (each) => each <= 3, 2),
          target('rates at which they do not fall', 'none', risesOf(atRates), (count) => count === 0),
        ]
      : []),
    target('first load: kB of script before Firebase', 'at most 250', firstLoad.scriptBytes / 1000, (kB) => kB <= 250),
    target('wall: frames dropped', 'at most 5 %', wall.frames.droppedShare * 100, (percent) => percent <= 5, 1),
    target('wall: MB that the heap grew by', 'at most 5', wall.growth.heapMb, (mb) => mb <= 5, 1),
    target(
      'wall: elements that the page grew by',
      'at most 2 %',
      wall.growth.nodes * 100,
      (percent) => percent <= 2,
      1,
    ),
    target('wall: listeners it grew by', 'at most 2 %', wall.growth.listeners * 100, (percent) => percent <= 2, 1),
  ]
}

/** How often a higher rate over the same lanes costs as many writes a decision as a lower one, or more. */
function risesOf(atRates: LiveMeasurement['atRates']): number {
  const byLanes = Map.groupBy(atRates, ({ lanes }) => lanes)
  return [...byLanes.values()].reduce((rises, same) => {
    const inOrder = same.toSorted((a, b) => a.wantedPerSecond - b.wantedPerSecond)
    const rising = inOrder.filter((each, i) => i > 0 && each.writesPerDecision >= inOrder[i - 1]!.writesPerDecision)
    return rises + rising.length
  }, 0)
}

function target(what: string, promise: string, value: number, isKept: (value: number) => boolean, digits = 0): Target {
  return { what, promise, measured: value.toFixed(digits), kept: isKept(value) }
}

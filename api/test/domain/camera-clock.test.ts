import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClockSample, driftedTo, hourlyMost, jumpedTo, steadyClockMs } from '../../src/domain/camera-clock.ts'

const begin = Date.parse('2026-03-10T12:00:00Z')
const maxReadAgeMs = 30_000
const [second, minute, hour] = [1_000, 60_000, 3_600_000]
const right = { offsetMs: 0, jumpedToMs: null }

/** A read of a vehicle that came `at` ms after the beginning, and showed a clock this far ahead. */
const sample = (plateId: string, at: number, shownMs: number): ClockSample => ({
  plateId,
  receivedAt: new Date(begin + at),
  shownMs,
})
/** One vehicle every twenty seconds, newest first. */
const stream = (count: number, shownMs: number, from = 0) =>
  Array.from({ length: count }, (_, i) => sample(`${from + i}`, (from + i) * 20 * second, shownMs)).reverse()

describe('the clock that a camera shows', () => {
  test('is what its newest reads agree on: three vehicles over a minute, or three reads over ten', () => {
    expect(steadyClockMs(stream(4, -hour))).toBe(-hour)
    expect(steadyClockMs(stream(3, -hour))).toBeNull() // 40 s
    const oneVehicle = stream(10, -hour).map((read) => ({ ...read, plateId: 'one' }))
    expect(steadyClockMs(oneVehicle)).toBeNull()
    const daily = (times: number[]) => times.map((at) => sample('one', at * minute, -hour)).reverse()
    expect(steadyClockMs(daily([0, 5, 10]))).toBe(-hour)
    expect(steadyClockMs(daily([0, 5, 9]))).toBeNull()
    expect(steadyClockMs(daily([0, 600]))).toBeNull()
  })

  test('is the one ahead of what the reads were on their way', () => {
    const [a, b, c, d] = stream(4, -hour)
    expect(steadyClockMs([a!, { ...b!, shownMs: -hour - 2_900 }, c!, d!])).toBe(-hour)
    expect(steadyClockMs([a!, { ...b!, shownMs: -hour - 3_100 }, c!, d!])).toBeNull()
  })

  test('is not known while another read comes in between', () => {
    expect(steadyClockMs([...stream(2, -hour, 3), ...stream(1, 0, 2), ...stream(2, -hour)])).toBeNull()
  })

  test('is never what was kept back while the network was away, in whatever order it comes', () => {
    const outage = fc.record({
      captured: fc.uniqueArray(fc.integer({ min: 5 * minute, max: 4 * hour }), { minLength: 3, maxLength: 60 }),
      // Between two posts of what was kept.
      paceMs: fc.integer({ min: 10, max: 5 * second }),
      newestFirst: fc.boolean(),
    })
    fc.assert(
      fc.property(outage, ({ captured, paceMs, newestFirst }) => {
        const kept = captured.sort((a, b) => (newestFirst ? a - b : b - a))
        const received = kept.map((agoMs, i) => sample(`${i}`, i * paceMs, -agoMs - i * paceMs))
        for (let come = 1; come <= received.length; come += 1)
          expect(jumpedTo(right, maxReadAgeMs, received.slice(come - 1, come), received.slice(0, come).reverse())).toBe(
            null,
          )
      }),
    )
  })
})

describe('a clock has jumped', () => {
  test('ahead as soon as one read shows it', () => {
    const [read] = stream(1, hour)
    expect(jumpedTo(right, maxReadAgeMs, [read!], [read!])).toBe(hour)
    const [near] = stream(1, 30 * second)
    expect(jumpedTo(right, maxReadAgeMs, [near!], [near!])).toBeNull()
  })

  test('back once its reads agree', () => {
    expect(jumpedTo(right, maxReadAgeMs, stream(1, -hour), stream(1, -hour))).toBeNull()
    expect(jumpedTo(right, maxReadAgeMs, stream(1, -hour), stream(4, -hour))).toBe(-hour)
  })

  test('no longer once its reads agree on the one that counts; one of them alone may be late', () => {
    const ahead = { offsetMs: 0, jumpedToMs: hour }
    expect(jumpedTo(ahead, maxReadAgeMs, stream(1, 0), stream(1, 0))).toBe(hour)
    expect(jumpedTo(ahead, maxReadAgeMs, stream(4, 0), stream(4, 0))).toBeNull()
  })

  test('on to another one: further ahead by one read, less far only by reads that agree', () => {
    const ahead = { offsetMs: 0, jumpedToMs: hour }
    expect(jumpedTo(ahead, maxReadAgeMs, stream(1, 2 * hour), stream(1, 2 * hour))).toBe(2 * hour)
    expect(jumpedTo(ahead, maxReadAgeMs, stream(1, hour / 2), stream(1, hour / 2))).toBe(hour)
    expect(jumpedTo(ahead, maxReadAgeMs, stream(4, hour / 2), stream(4, hour / 2))).toBe(hour / 2)
  })
})

describe('a clock that drifts', () => {
  test('is known by the most that it has shown in each hour, as delay only makes it less', () => {
    const reads = [sample('a', 0, -5_000), sample('b', 10, -200), sample('c', hour, -900)]
    expect(hourlyMost(right, maxReadAgeMs, reads)).toEqual(
      new Map([
        [begin, -200],
        [begin + hour, -900],
      ]),
    )
  })

  test('is not known by reads that another clock has made, or that are history', () => {
    expect(hourlyMost(right, maxReadAgeMs, [sample('a', 0, 30_001), sample('b', 10, -30_001)]).size).toBe(0)
  })

  test('is followed, and never jumps by it', () => {
    expect(driftedTo(right, maxReadAgeMs, -30_000)).toBe(-30_000)
    expect(driftedTo(right, maxReadAgeMs, -30_001)).toBe(0)
    expect(driftedTo(right, maxReadAgeMs, 30_001)).toBe(0)
  })
})

import { describe, expect, test } from 'vitest'
import { isHistory, isYoungAt, showsJump } from '../../src/domain/read-age.ts'

const now = new Date('2026-03-10T12:00:00Z')
const site = { maxReadAgeSeconds: 30 }
const [minute, hour] = [60, 3_600]
/** A read that comes now and shows a time `seconds` ahead of ours. */
const shows = (seconds: number, retransmitted = false) => ({
  capturedAt: new Date(now.getTime() + seconds * 1000),
  receivedAt: now,
  retransmitted,
})
const facts = (offset: number, jumpedTo: number | null = null) => ({
  site,
  clock: { offsetMs: offset * 1000, jumpedToMs: jumpedTo === null ? null : jumpedTo * 1000 },
})

describe('a read is', () => {
  test.each([
    ['young', 'by a clock that is right', 0, null, -30, false],
    ['old', 'by a clock that is right', 0, null, -30.001, true],
    ['young', 'by a clock that is known to be ten minutes behind', -10 * minute, null, -10 * minute - 30, false],
    ['old', 'by a clock that is known to be ten minutes behind', -10 * minute, null, -10 * minute - 31, true],
    ['young', 'by a clock that is known to be an hour ahead', hour, null, hour - 30, false],
    ['old', 'by a clock that is known to be an hour ahead, though our own clock shows that time', hour, null, 0, true],
    ['young', 'when it shows the future, which delay cannot: receive time counts', 0, null, hour, false],
    ['young', 'when it shows a future beyond the one that the clock has jumped to', 0, hour, 3 * hour, false],
    ['old', 'when it shows the hour before: it may have been kept back', 0, null, -hour, true],
    ['young', 'by the hour that the clock has gone back to, which nobody has confirmed', 0, -hour, -hour - 30, false],
    ['old', 'by the hour that the clock has gone back to', 0, -hour, -hour - 31, true],
    ['young', 'by the clock before the jump: it may be back', 0, hour, -30, false],
    ['old', 'by both clocks, late by the one that is ahead', 0, hour, hour / 2, true],
    ['old', 'by both clocks, late by the one that is right', 0, -hour, -hour / 2, true],
  ])('%s %s', (_what, _how, offset, jumpedTo, shown, history) => {
    expect(isHistory(facts(offset, jumpedTo), shows(shown))).toBe(history)
    expect(isYoungAt(facts(offset, jumpedTo), shows(shown), now)).toBe(!history)
  })

  test('history when its camera has kept it back, whatever time it shows', () => {
    for (const seconds of [-hour, 0, hour]) {
      expect(isHistory(facts(0), shows(seconds, true))).toBe(true)
      expect(isYoungAt(facts(0), shows(seconds, true), now)).toBe(false)
      expect(showsJump(facts(0), shows(seconds, true))).toBe(false)
    }
  })
})

test('a read ages while it waits for its answer: what showed the future, from when it came', () => {
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  expect(isYoungAt(facts(0), shows(-20), after(10))).toBe(true)
  expect(isYoungAt(facts(0), shows(-20), after(10.001))).toBe(false)
  expect(isYoungAt(facts(0), shows(hour), after(30))).toBe(true)
  expect(isYoungAt(facts(0), shows(hour), after(30.001))).toBe(false)
})

test('only a time beyond every clock that the camera may have shows a jump', () => {
  expect(showsJump(facts(0), shows(30))).toBe(false)
  expect(showsJump(facts(0), shows(31))).toBe(true)
  expect(showsJump(facts(0, hour), shows(hour + 30))).toBe(false)
  expect(showsJump(facts(0, hour), shows(hour / 2))).toBe(false)
  expect(showsJump(facts(0), shows(-hour))).toBe(false)
})

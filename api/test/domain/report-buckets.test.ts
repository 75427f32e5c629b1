import type { BucketSize } from '@turnpike/contracts/report.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketsOf, dayAround } from '../../src/domain/report-buckets.ts'

const hour = 3_600_000
const at = (text: string) => new Date(text)
const hoursOf = ({ start, end }: { start: Date; end: Date }) => (end.getTime() - start.getTime()) / hour

describe('the days of a report', () => {
  test.each([
    ['Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z', '2026-10-25', 25],
    ['America/New_York', '2026-11-01T04:00Z', '2026-11-02T05:00Z', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-10-03T13:30Z', '2026-10-04T13:00Z', '2026-10-04', 23.5],
    ['Asia/Beirut', '2026-03-28T22:00Z', '2026-03-29T21:00Z', '2026-03-29', 23],
    ['Asia/Tokyo', '2028-02-28T15:00Z', '2028-02-29T15:00Z', '2028-02-29', 24],
  ])('in %s one from %s to %s is %s, of %d hours', (timeZone, start, end, period, hours) => {
    const [day, ...others] = bucketsOf('day', timeZone, at(start), at(end))
    expect(others).toEqual([])
    expect(day).toEqual({ start: at(start), end: at(end), period })
    expect(hoursOf(day!)).toBe(hours)
    expect(dayAround(timeZone, at(start))).toMatchObject({ from: at(start), to: at(end), date: period })
    expect(dayAround(timeZone, new Date(at(end).getTime() - 1))).toMatchObject({
      from: at(start),
      to: at(end),
      date: period,
    })
  })
})

describe('the hours of a report', () => {
  test('leave out the one that never comes, and name the two apart that look alike', () => {
    const names = (from: string, to: string) =>
      bucketsOf('hour', 'Europe/Berlin', at(from), at(to)).map(({ period }) => period)
    expect(names('2026-03-29T00:00Z', '2026-03-29T02:00Z')).toEqual([
      '2026-03-29T01:00+01:00',
      '2026-03-29T03:00+02:00',
    ])
    expect(names('2026-10-25T00:00Z', '2026-10-25T02:00Z')).toEqual([
      '2026-10-25T02:00+02:00',
      '2026-10-25T02:00+01:00',
    ])
    expect(bucketsOf('hour', 'Europe/Berlin', at('2026-03-28T23:00Z'), at('2026-03-29T22:00Z'))).toHaveLength(23)
    expect(bucketsOf('hour', 'Europe/Berlin', at('2026-10-24T22:00Z'), at('2026-10-25T23:00Z'))).toHaveLength(25)
  })

  test('begin when the clock shows a full one, wherever that is in UTC', () => {
    const india = bucketsOf('hour', 'Asia/Kolkata', at('2026-05-01T10:10Z'), at('2026-05-01T12:00Z'))
    expect(india.map(({ start }) => start)).toEqual([
      at('2026-05-01T10:10Z'),
      at('2026-05-01T10:30Z'),
      at('2026-05-01T11:30Z'),
    ])
    // Put back by half an hour at 15:00 UTC: 01:30 comes twice.
    const howe = bucketsOf('hour', 'Australia/Lord_Howe', at('2026-04-04T14:00Z'), at('2026-04-04T16:30Z'))
    expect(howe.map(({ start, period }) => [start, period])).toEqual([
      [at('2026-04-04T14:00Z'), '2026-04-05T01:00+11:00'],
      [at('2026-04-04T15:00Z'), '2026-04-05T01:30+10:30'],
      [at('2026-04-04T15:30Z'), '2026-04-05T02:00+10:30'],
    ])
  })
})

test('the months of a report begin at midnight of their first day on the site’s clock', () => {
  const months = bucketsOf('month', 'Europe/Berlin', at('2026-02-10T00:00Z'), at('2026-04-01T00:00Z'))
  expect(months).toEqual([
    { start: at('2026-02-10T00:00Z'), end: at('2026-02-28T23:00Z'), period: '2026-02' },
    { start: at('2026-02-28T23:00Z'), end: at('2026-03-31T22:00Z'), period: '2026-03' },
    { start: at('2026-03-31T22:00Z'), end: at('2026-04-01T00:00Z'), period: '2026-04' },
  ])
})

test('wherever and whenever, every instant is in exactly one bucket, and the calendar there calls it so', () => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'Asia/Beirut',
    'America/St_Johns',
    'Pacific/Apia',
    'UTC',
  )
  const minutes = (least: string, most: string) =>
    fc.integer({ min: at(least).getTime() / 60_000, max: at(most).getTime() / 60_000 })
  const size = fc.constantFrom<BucketSize>('hour', 'day', 'month')
  const length = fc.integer({ min: 1, max: 40 * 24 * 60 })
  fc.assert(
    fc.property(size, zones, minutes('2024-01-01T00:00Z', '2030-01-01T00:00Z'), length, fc.nat(), (...drawn) => {
      const [size, timeZone, begin, lasts, somewhere] = drawn
      const from = new Date(begin * 60_000)
      const to = new Date(from.getTime() + lasts * 60_000)
      const buckets = bucketsOf(size, timeZone, from, to)
      expect(buckets[0]!.start).toEqual(from)
      expect(buckets.at(-1)!.end).toEqual(to)
      for (const [index, { start, end }] of buckets.entries()) {
        expect(start < end).toBe(true)
        if (index > 0) expect(start).toEqual(buckets[index - 1]!.end)
      }
      expect(new Set(buckets.map(({ period }) => period)).size).toBe(buckets.length)

      const instant = new Date(from.getTime() + (somewhere % (lasts * 60_000)))
      const found = buckets.find(({ start, end }) => start <= instant && instant < end)!
      const shown = wallClock(timeZone, instant).slice(0, { month: 7, day: 10, hour: 13 }[size])
      expect(found.period.slice(0, shown.length)).toBe(shown)
    }),
  )
})

/** As `2026-03-29T02:15`, by another calendar than the one under test. */
function wallClock(timeZone: string, instant: Date): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return format.format(instant).replace(' ', 'T')
}

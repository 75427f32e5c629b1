import { describe, expect, test } from 'vitest'
import { SiteClock } from '../../../src/domain/tariff/site-clock.ts'
import { WallClock, wallFormat, wallTime } from './five-minute-meter.ts'

const minute = 60_000
const day = 24 * 60 * minute
const local = (text: string) => Date.parse(`${text}Z`)
const at = (text: string) => Date.parse(text)
const clock = (timeZone: string, text: string) => new SiteClock(timeZone, at(text), at(text))

describe('the clock of a site', () => {
  test.each([
    ['an hour that never occurs', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00Z'],
    ['an hour that occurs twice', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30Z'],
    ['the end of an hour that occurs twice', 'Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00Z'],
    ['an hour that never occurs', 'America/New_York', '2026-03-08T02:59', '2026-03-08T07:00Z'],
    ['an hour that occurs twice', 'America/New_York', '2026-11-01T01:00', '2026-11-01T05:00Z'],
    ['half an hour that never occurs', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30Z'],
    ['half an hour that occurs twice', 'Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45Z'],
    ['a midnight that never occurs', 'Asia/Beirut', '2026-03-29T00:00', '2026-03-28T22:00Z'],
    ['a day that never was', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00Z'],
    ['a leap day', 'Asia/Tokyo', '2028-02-29T00:00', '2028-02-28T15:00Z'],
  ])('first shows %s, or later, in %s at %s when it is %s', (_, timeZone, shown, instant) => {
    expect(new Date(clock(timeZone, instant).firstAt(local(shown)))).toEqual(new Date(instant))
  })

  const years = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'Africa/Casablanca',
    'America/Havana',
  ]
  test.each(years)('agrees with Intl about every half hour of a year in %s', (timeZone) => {
    const begin = at('2026-01-01T00:00Z')
    const clock = new SiteClock(timeZone, begin, begin + 365 * day)
    const format = wallFormat(timeZone)
    const disagreements = Array.from({ length: 365 * 48 }, (_, i) => begin + i * 30 * minute).filter(
      (instant) => clock.localAt(instant) !== wallTime(format, instant),
    )
    expect(disagreements).toEqual([])
  })

  test.each([
    ['Europe/Berlin', '2026-03-28T12:00Z'],
    ['Europe/Berlin', '2026-10-24T12:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T03:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T03:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T14:30Z'],
    ['America/Havana', '2026-10-31T12:00Z'],
    ['Asia/Beirut', '2026-03-28T12:00Z'],
  ])('finds and counts in %s around %s what somebody would who looks at it every five minutes', (timeZone, text) => {
    const begin = at(text)
    const wall = new WallClock(timeZone, new Date(begin - day), 3)
    const clock = new SiteClock(timeZone, begin, begin + day)
    const instants = Array.from({ length: 288 }, (_, i) => begin + i * 5 * minute)
    for (const instant of instants) expect(clock.firstAt(wall.at(instant))).toBe(wall.first(wall.at(instant)))
    for (const length of [15, 60, 120, 1440].map((minutes) => minutes * minute)) {
      const multiples = instants.filter((instant) => wall.beginsIncrement(length, instant))
      for (const instant of instants) {
        expect(clock.countMultiples(length, begin, instant)).toBe(multiples.filter((found) => found < instant).length)
        const next = multiples.find((found) => found >= instant)
        if (next !== undefined) expect(clock.nextMultiple(length, instant)).toBe(next)
      }
    }
  })

  test('of a time zone that does not exist cannot be told', () => {
    expect(() => clock('Europe/Atlantis', '2026-01-01T00:00Z')).toThrow(RangeError)
  })
})

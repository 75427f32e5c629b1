import { expect, test } from 'vitest'
import { formatMoney, parseMoney } from '../src/format/money.ts'
import { ago, sameDay, stayLength, stopwatch, timeOfDay } from '../src/format/time.ts'

const plain = (text: string) => text.replaceAll(/\s/g, ' ')

test("a sum has its currency's own number of decimals", () => {
  expect(formatMoney(450, 'EUR', 'en')).toBe('€4.50')
  expect(formatMoney(450, 'JPY', 'en')).toBe('¥450')
  expect(plain(formatMoney(4500, 'KWD', 'en'))).toBe('KWD 4.500')
})

test('a typed sum is read to the minor unit, with a comma or a point, and what is none or finer is refused', () => {
  expect(['4.5', '4,50', ' 4 ', '0.07'].map((text) => parseMoney(text, 'EUR'))).toEqual([450, 450, 400, 7])
  expect(['', '0', '-4', '4.505', '1.000,00', 'four'].map((text) => parseMoney(text, 'EUR'))).toEqual(
    Array(6).fill(undefined),
  )
  expect([parseMoney('450', 'JPY'), parseMoney('4.5', 'JPY'), parseMoney('4.505', 'KWD')]).toEqual([
    450,
    undefined,
    4505,
  ])
})

test('currencies whose cash has no small coins keep the two decimals of their minor unit', () => {
  expect(plain(formatMoney(123_450, 'HUF', 'en'))).toBe('HUF 1,234.50')
  expect(plain(formatMoney(1_500_000, 'IDR', 'en'))).toBe('IDR 15,000.00')
})

test('a sum is exact at any size, in the order and with the signs of the locale', () => {
  expect(plain(formatMoney(Number.MAX_SAFE_INTEGER, 'EUR', 'de'))).toBe('90.071.992.547.409,91 €')
  expect(formatMoney(-5, 'EUR', 'en')).toBe('-€0.05')
  expect(formatMoney(0, 'EUR', 'en')).toBe('€0.00')
})

test("the time of day is the site's, in 24 hours, midnight included", () => {
  expect(timeOfDay('2026-07-01T22:05:00Z', 'Europe/Berlin', 'en-US')).toBe('00:05')
  expect(timeOfDay('2026-07-01T05:05:00Z', 'Asia/Tokyo', 'en-US')).toBe('14:05')
})

test("two instants are on one day by the site's calendar, not by ours", () => {
  expect(sameDay('2026-07-01T21:00:00Z', '2026-07-01T23:00:00Z', 'Europe/Berlin')).toBe(false)
  expect(sameDay('2026-07-01T21:00:00Z', '2026-07-01T23:00:00Z', 'America/New_York')).toBe(true)
})

test.each([
  [-60_000, 'now'],
  [1_999, 'now'],
  [2_000, '2 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [3_599_999, '59 min ago'],
  [3_600_000, '1 h ago'],
  [48 * 3_600_000, '2 d ago'],
])('%d ms ago reads "%s"', (ms, text) => {
  expect(ago(new Date(1_000_000_000_000 - ms), 1_000_000_000_000)).toBe(text)
})

test.each([
  [59, '59 s'],
  [3_599, '59 min'],
  [3_600, '1 h'],
  [3_899, '1 h 4 min'],
  [48 * 3_600 - 1, '47 h 59 min'],
  [48 * 3_600, '2 d'],
  [75 * 3_600, '3 d 3 h'],
])('a stay of %d s lasts "%s"', (seconds, text) => {
  expect(stayLength(seconds)).toBe(text)
})

test('a stopwatch carries over minutes and hours and never runs below zero', () => {
  expect([-5, 42, 60, 3599.9, 3727].map(stopwatch)).toEqual(['0:00', '0:42', '1:00', '59:59', '1:02:07'])
})

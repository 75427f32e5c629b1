import { describe, expect, test } from 'vitest'
import { toInstant } from '../../src/cameras/camera-time.ts'

const berlin = (text: string) => toInstant(text, 'Europe/Berlin')?.toISOString()

describe('a time as a camera writes it', () => {
  test.each([
    ['2026-03-10T10:00:00+01:00', '2026-03-10T09:00:00.000Z'],
    ['2026-03-10T10:00:00+0100', '2026-03-10T09:00:00.000Z'],
    ['2026-03-10T10:00:00Z', '2026-03-10T10:00:00.000Z'],
    ['2026-03-10 10:00:00.250', '2026-03-10T09:00:00.250Z'],
    ['2026-03-10 10:00:00,25', '2026-03-10T09:00:00.250Z'],
    [' 2026-03-10T10:00:00 ', '2026-03-10T09:00:00.000Z'],
    ['2028-02-29T12:00:00', '2028-02-29T11:00:00.000Z'],
  ])('%s is the instant it names; without an offset by the clock of the site', (text, instant) => {
    expect(berlin(text)).toBe(instant)
  })

  test('is taken with the offset of its day, before and after both changes of the clock', () => {
    expect(berlin('2026-03-29 01:59:59')).toBe('2026-03-29T00:59:59.000Z')
    expect(berlin('2026-03-29 03:00:00')).toBe('2026-03-29T01:00:00.000Z')
    expect(berlin('2026-10-25 01:59:59')).toBe('2026-10-24T23:59:59.000Z')
    expect(berlin('2026-10-25 03:00:00')).toBe('2026-10-25T02:00:00.000Z')
  })

  test('of the hour that autumn has twice is of the first one', () => {
    expect(berlin('2026-10-25 02:30:00')).toBe('2026-10-25T00:30:00.000Z')
  })

  test('of the hour that spring skips is of a clock that was not changed', () => {
    expect(berlin('2026-03-29 02:30:00')).toBe('2026-03-29T01:30:00.000Z')
  })

  test('may be of a zone given as an offset', () => {
    expect(toInstant('2024-01-30 14:34:55', '+07:00')).toEqual(new Date('2024-01-30T07:34:55Z'))
  })

  test.each([
    '',
    'now',
    '10:00:00',
    '2026-03-10',
    '2026-02-30T10:00:00Z',
    '2027-02-29 10:00:00',
    '2026-03-10T24:61:00Z',
    '2026-13-01 00:00:00',
    '2026-03-10T10:00:00+25:00',
    '1773133200',
    '0000-00-00 00:00:00',
    '2026-03-10T10:00:00+01:00[UTC]',
  ])('"%s" is none', (text) => {
    expect(berlin(text)).toBeUndefined()
  })
})

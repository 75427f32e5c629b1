import { describe, expect, test } from 'vitest'
import { createAllowList } from '../src/services/fallback/allow-list.ts'

const day = (number: number) => new Date(Date.UTC(2026, 2, number))
const right = (siteId: string, plate: string, from: number, until: number | null, subscriptionId = 'u1') => ({
  ...{ siteId, plate, subscriptionId },
  plateId: `id of ${plate}`,
  validFrom: day(from),
  validUntil: until === null ? null : day(until),
})

describe('who may park, as a process remembers it', () => {
  const list = createAllowList([
    right('s1', 'AAA1', 1, 5, 'ended'),
    right('s2', 'AAA1', 1, null, 'elsewhere'),
    right('s1', 'AAA1', 10, null, 'planned'),
    right('s1', 'BBB2', 1, null, 'other'),
    right('s1', 'AAA1', 5, 8, 'now'),
    right('s1', 'AAA1', 6, 6, 'of no time'),
  ])

  test('is found by site, plate and day, whichever of its rights that is', () => {
    const found = (site: string, plate: string, at: number) => list.find(site, plate, day(at))?.subscriptionId
    expect([1, 4, 5, 6, 7, 8, 9, 10, 99].map((at) => found('s1', 'AAA1', at))).toEqual([
      ...['ended', 'ended', 'now', 'now', 'now', undefined, undefined, 'planned', 'planned'],
    ])
    expect([found('s2', 'AAA1', 8), found('s1', 'BBB2', 8)]).toEqual(['elsewhere', 'other'])
    expect([found('s3', 'AAA1', 8), found('s1', 'CCC3', 8), found('s2', 'BBB2', 8)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('comes with the plate that it was given for', () => {
    expect(list.find('s1', 'BBB2', day(2))).toEqual({ subscriptionId: 'other', plateId: 'id of BBB2' })
  })
})

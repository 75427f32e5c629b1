import type { TariffRules } from '@turnpike/contracts/tariff.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceStay } from '../../src/domain/price.ts'

const rules: TariffRules = {
  freeMinutes: 10,
  incrementMinutes: 30,
  incrementMinor: 120,
  dayCapMinor: 1000,
  prepaidMinor: null,
}
const from = new Date('2026-03-28T20:00:00Z')
const after = (minutes: number) => new Date(from.getTime() + minutes * 60_000)

describe('a stay', () => {
  test.each([
    [0, 0],
    [10, 0],
    [10.01, 120], // the free minutes are over: charged from the first minute
    [30, 120],
    [30.01, 240],
    [61, 360],
    [8 * 60, 1000], // sixteen increments would be 19.20
    [24 * 60, 1000],
    [24 * 60 + 1, 1120],
    [48 * 60, 2000],
  ])('of %s minutes costs %s', (minutes, amountMinor) => {
    expect(priceStay(rules, from, after(minutes)).amountMinor).toBe(amountMinor)
  })

  test('is explained by lines that add up', () => {
    expect(priceStay(rules, from, after(25 * 60 + 1)).lines).toEqual([
      { text: '1 × 24 h', amountMinor: 1000 },
      { text: '3 × 30 min', amountMinor: 360 },
    ])
  })

  const anyRules = fc.record({
    freeMinutes: fc.nat(120),
    incrementMinutes: fc.integer({ min: 1, max: 1440 }),
    incrementMinor: fc.nat(5_000),
    dayCapMinor: fc.option(fc.integer({ min: 1, max: 50_000 })),
    prepaidMinor: fc.constant(null),
  })
  const minutes = fc.integer({ min: 0, max: 60 * 24 * 40 })

  test('never costs less for being longer, never a negative sum, and its lines add up', () => {
    fc.assert(
      fc.property(anyRules, minutes, minutes, (tariff, a, b) => {
        const [shorter, longer] = [Math.min(a, b), Math.max(a, b)].map((m) => priceStay(tariff, from, after(m)))
        expect(shorter!.amountMinor).toBeGreaterThanOrEqual(0)
        expect(longer!.amountMinor).toBeGreaterThanOrEqual(shorter!.amountMinor)
        expect(longer!.lines.reduce((sum, line) => sum + line.amountMinor, 0)).toBe(longer!.amountMinor)
      }),
    )
  })

  test('never costs more than the cap for each started day', () => {
    fc.assert(
      fc.property(anyRules, minutes, (tariff, m) => {
        fc.pre(tariff.dayCapMinor !== null)
        const days = Math.max(Math.ceil(m / 1440), 1)
        expect(priceStay(tariff, from, after(m)).amountMinor).toBeLessThanOrEqual(days * tariff.dayCapMinor!)
      }),
    )
  })
})

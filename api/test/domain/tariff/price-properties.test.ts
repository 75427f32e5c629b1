import { randomInt } from 'node:crypto'
import type { TariffRules } from '@turnpike/contracts/tariff.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Stay, settle } from '../../../src/domain/bill.ts'
import { priceStay } from '../../../src/domain/tariff/price-stay.ts'
import { anyTariff } from './any-tariff.ts'
import { sumByTheWatch, WallClock, wallFormat, wallTime } from './five-minute-meter.ts'

const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
console.info(`price properties: SEED=${seed}`)
fc.configureGlobal({ seed })

/** Weeks in which clocks change, in both directions, by an hour, by half an hour, at midnight; and one where none does. */
const weeks = (
  [
    ['Europe/Berlin', '2026-03-29'],
    ['Europe/Berlin', '2026-10-25'],
    ['America/New_York', '2026-03-08'],
    ['America/New_York', '2026-11-01'],
    ['Australia/Lord_Howe', '2026-04-05'],
    ['Australia/Lord_Howe', '2026-10-04'],
    ['Asia/Beirut', '2026-03-29'],
    ['Atlantic/Azores', '2026-03-29'],
    ['Atlantic/Azores', '2026-10-25'],
    ['America/Havana', '2026-11-01'],
    ['Asia/Kolkata', '2028-02-29'],
  ] as const
).map(([timeZone, change]) => {
  const near = Date.parse(change)
  const clock = new WallClock(timeZone, new Date(near - 20 * 86_400_000), 40)
  return { site: { timeZone, currency: 'EUR' }, near, clock }
})

const minute = 60_000
const week = fc.constantFrom(...weeks)
/** Arrivals from three days before the change of the clock on, and two lengths of stay, the shorter first; in minutes. */
const anyStay = (grid: number) =>
  fc
    .record({
      week,
      arrival: fc.integer({ min: -(4320 / grid), max: 1440 / grid }),
      lengths: fc.tuple(length(grid), length(grid)),
    })
    .map(({ week, arrival, lengths }) => {
      const from = new Date(week.near + arrival * grid * minute)
      const [shorter, longer] = lengths.sort((a, b) => a - b).map((n) => new Date(from.getTime() + n * grid * minute))
      return { ...week, from, shorter: shorter!, longer: longer! }
    })
const length = (grid: number) => fc.oneof(fc.nat(300 / grid), fc.nat(6 * (1440 / grid)))

const sumOf = (rules: TariffRules, site: { timeZone: string; currency: string }, from: Date, to: Date) =>
  priceStay(rules, site, from, to).amountMinor

describe('the price of any stay by any tariff', () => {
  test('is what a meter shows that looks at the clock every five minutes', () => {
    fc.assert(
      fc.property(anyTariff, anyStay(5), (tariff, { site, clock, from, longer }) => {
        const rules = { ...tariff, vat: null }
        expect(sumOf(rules, site, from, longer)).toBe(sumByTheWatch(rules, clock, from.getTime(), longer.getTime()))
      }),
      { numRuns: 1_500 },
    )
  }, 60_000)

  test('never falls as time goes on, and is never negative', () => {
    fc.assert(
      fc.property(anyTariff, anyStay(1), (rules, { site, from, shorter, longer }) => {
        const early = sumOf(rules, site, from, shorter)
        expect(early).toBeGreaterThanOrEqual(0)
        expect(sumOf(rules, site, from, longer)).toBeGreaterThanOrEqual(early)
      }),
      { numRuns: 3_000 },
    )
  })

  test('is the sum of its lines, each its count times its price', () => {
    fc.assert(
      fc.property(anyTariff, anyStay(1), (rules, { site, from, longer }) => {
        const { amountMinor, lines } = priceStay(rules, site, from, longer)
        expect(lines.reduce((sum, line) => sum + line.amountMinor, 0)).toBe(amountMinor)
        for (const { detail, amountMinor } of lines) {
          expect(amountMinor).toBeGreaterThanOrEqual(0)
          if (detail?.code === 'increments' || detail?.code === 'flat')
            expect(amountMinor).toBe(detail.params.count * detail.params.unitMinor)
          if (detail?.code === 'day_cap') expect(amountMinor).toBe(detail.params.count * detail.params.capMinor)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('is the same every time it is asked for', () => {
    fc.assert(
      fc.property(anyTariff, anyStay(1), (rules, { site, from, longer }) => {
        expect(priceStay(structuredClone(rules), site, from, longer)).toEqual(priceStay(rules, site, from, longer))
      }),
      { numRuns: 300 },
    )
  })

  test('is at most the cap of the stay, and the cap of a day for each day that the stay touches', () => {
    fc.assert(
      fc.property(anyTariff, anyStay(1), (tariff, { site, from, longer }) => {
        const rules = { ...tariff, vat: null }
        const sum = sumOf(rules, site, from, longer)
        if (rules.stayCapMinor !== null) expect(sum).toBeLessThanOrEqual(rules.stayCapMinor)
        if (rules.day !== null && rules.day.capMinor !== null)
          expect(sum).toBeLessThanOrEqual(daysTouched(rules.day, site.timeZone, from, longer) * rules.day.capMinor)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is what was paid in all, however often the stay was quoted and paid on the way', () => {
    const moments = fc.array(fc.nat(6 * 1440), { maxLength: 5 })
    fc.assert(
      fc.property(anyTariff, anyStay(1), moments, (rules, { site, from, longer }, quoted) => {
        const asked = quoted.map((n) => new Date(from.getTime() + n * minute)).filter((at) => at < longer)
        const paidMinor = [...asked.sort((a, b) => a.getTime() - b.getTime()), longer].reduce((paid, at) => {
          const bill = settle(
            { ...unpaid, openedAt: from, paidMinor: paid },
            { id: 'tariff', rules },
            { ...site, ...limits },
            at,
          )
          if (bill.kind === 'settled') return paid
          expect(bill.lines.reduce((sum, line) => sum + line.amountMinor, 0)).toBe(bill.amountMinor)
          return paid + bill.amountMinor
        }, 0)
        expect(paidMinor).toBe(sumOf(rules, site, from, longer))
      }),
      { numRuns: 1_000 },
    )
  })
})

test('pricing takes microseconds for a day and less than 5 ms for 400 days', () => {
  const rules = fc.sample(anyTariff, { seed, numRuns: 50 })
  const { site, near } = weeks[0]!
  const fastest = (days: number) =>
    Math.max(...rules.map((tariff) => Math.min(...Array.from({ length: 5 }, () => timed(tariff, days)))))
  const timed = (tariff: TariffRules, days: number) => {
    const start = performance.now()
    priceStay(tariff, site, new Date(near), new Date(near + days * 86_400_000 - 1))
    return performance.now() - start
  }
  expect(fastest(1)).toBeLessThan(0.2)
  expect(fastest(400)).toBeLessThan(5)
})

const limits = { plausibleAmountMinor: 20_000, maxStaySeconds: 2_592_000 }
const unpaid: Stay = {
  openedAt: new Date(0),
  paidUntil: null,
  paidMinor: 0,
  adjustedMinor: 0,
  subscriptionId: null,
  coveredUntil: null,
  needsReview: false,
  readAtEntrySince: false,
  readElsewhereSince: false,
}

/** Counted on the wall. */
function daysTouched(day: NonNullable<TariffRules['day']>, timeZone: string, from: Date, to: Date): number {
  const [start, end] = [from.getTime(), to.getTime()]
  if (day.period === 'rolling') return Math.max(Math.ceil((end - start) / 86_400_000), 1)
  const [hours, minutes] = day.startsAt.split(':').map(Number) as [number, number]
  const format = wallFormat(timeZone)
  // Put back over the start of a day, the clock shows the day before once more.
  const dates = new Set<number>()
  for (let at = start; at < end + 15 * minute; at += 15 * minute)
    dates.add(Math.floor((wallTime(format, Math.min(at, end - 1)) - (hours * 60 + minutes) * minute) / 86_400_000))
  return Math.max(...dates) - Math.min(...dates) + 1
}

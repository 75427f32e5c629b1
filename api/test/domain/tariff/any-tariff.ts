import { type TariffRules, tariffRules, type WrittenTariff, weekdays } from '@turnpike/contracts/tariff.ts'
import fc from 'fast-check'

/*
 * Tariffs of every shape, in steps of five minutes: the reference in `five-minute-meter.ts` looks at the clock that often. They
 * are parsed, so a shape that the language refuses shows at once.
 */

const twoDigits = (n: number) => String(n).padStart(2, '0')
const clockTime = fc
  .integer({ min: 0, max: 287 })
  .map((n) => `${twoDigits(Math.floor(n / 12))}:${twoDigits((n % 12) * 5)}`)
// Around the changes of the clock more often than elsewhere.
const time = fc.oneof(clockTime, fc.constantFrom('00:00', '01:30', '02:00', '02:30', '03:00', '06:00', '20:00'))
const day = fc.constantFrom(...weekdays)
const price = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.constantFrom(0, 100, 500))
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

const rolling = fc.integer({ min: 1, max: 400 }).map((n) => n * 5)
const calendar = fc.constantFrom(5, 10, 15, 20, 30, 60, 120, 240, 480, 720, 1440)
const steps = (minutes: fc.Arbitrary<number>) =>
  fc.array(fc.record({ minutes, amountMinor: price }), { minLength: 1, maxLength: 4 })
const rate: fc.Arbitrary<WrittenTariff['rate']> = fc.oneof(
  fc.record({ kind: fc.constant('flat' as const), amountMinor: price }),
  fc.record({ kind: fc.constant('steps' as const), steps: steps(rolling), capMinor: maybe(price) }),
  fc.record({
    kind: fc.constant('steps' as const),
    period: fc.constant('calendar' as const),
    steps: steps(calendar),
    capMinor: maybe(price),
  }),
)

const band = fc.oneof(
  fc.record({
    name: fc.constant('daily'),
    days: maybe(fc.uniqueArray(day, { minLength: 1 })),
    from: time,
    to: time,
    rate,
  }),
  fc.record({
    name: fc.constant('weekly'),
    from: fc.tuple(day, time).map((parts) => parts.join(' ')),
    to: fc.tuple(day, time).map((parts) => parts.join(' ')),
    rate,
  }),
)

const graceMinutes = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 24 }).map((n) => n * 5),
)

/** Any tariff there can be, with or without each of its parts. */
export const anyTariff: fc.Arbitrary<TariffRules> = fc
  .record({
    version: fc.constant(1 as const),
    entryGraceMinutes: graceMinutes,
    freeMinutes: graceMinutes,
    exitGraceMinutes: graceMinutes,
    bands: fc.array(band, { maxLength: 4 }),
    rate,
    day: maybe(
      fc.oneof(
        fc.record({ period: fc.constant('rolling' as const), capMinor: maybe(price) }),
        fc.record({ period: fc.constant('calendar' as const), startsAt: time, capMinor: maybe(price) }),
      ),
    ),
    stayCapMinor: maybe(fc.integer({ min: 0, max: 20_000 })),
    vat: maybe(fc.record({ percent: fc.constantFrom('19', '8.1', '8.875', '0', '99.999'), included: fc.boolean() })),
    prepaidMinor: maybe(fc.integer({ min: 1, max: 5_000 })),
  })
  .map((written) => tariffRules.parse(written))

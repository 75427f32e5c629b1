import { z } from 'zod'
import { amountMinor, line } from './values.ts'

/*
 * The tariff language; `docs/tariffs.md` teaches it with examples that a test prices. Ideas from the rates of the Curb Data
 * Specification (rolling or calendar periods, start inclusive, end exclusive, the first in priority wins) and from the RateTable
 * of APDS (flat rates, tiers, increments, reset times), with integers where APDS has floats.
 */

/** The most that a tariff may name and that a stay may cost before VAT: with VAT on top it still fits a 32-bit column. */
export const largestAmountMinor = 1_000_000_000
const price = amountMinor.nonnegative().max(largestAmountMinor)

const minutesADay = 24 * 60
const aYear = 366 * minutesADay
const upToAYear = z.int().nonnegative().max(aYear)

/** Rolling periods are counted from where they begin; calendar ones begin and end when the site's clock shows a round time. */
const period = z.enum(['rolling', 'calendar'])

const step = z.strictObject({ minutes: z.int().positive().max(aYear), amountMinor: price })

/** One price for the whole time, however much of it is used. */
const flatRate = z.strictObject({ kind: z.literal('flat'), amountMinor: price })

/** Started increments, one after the other; the last one repeats. `capMinor` limits what they add up to. */
const stepRate = z
  .strictObject({
    kind: z.literal('steps'),
    period: period.default('rolling'),
    steps: z.array(step).min(1).max(12),
    capMinor: price.nullable().default(null),
  })
  .refine((rate) => rate.period === 'rolling' || rate.steps.every(({ minutes }) => minutesADay % minutes === 0), {
    path: ['steps'],
    error: 'by the calendar a day must divide into increments evenly: use e.g. 15, 20, 30, 60, 120 or 1440 minutes',
  })

const rate = z.discriminatedUnion('kind', [flatRate, stepRate])

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const time = String.raw`([01]\d|2[0-3]):[0-5]\d`
const onDay = `((${weekdays.join('|')}) )?`
const from = z.string().regex(new RegExp(`^${onDay}${time}$`), 'must be a time such as "20:00" or "fri 18:00"')
const to = z
  .string()
  .regex(new RegExp(`^${onDay}(${time}|24:00)$`), 'must be a time such as "06:00", "24:00" or "mon 06:00"')

/**
 * A rate for some of the time, from `from` to before `to` on the site's clock. "20:00" to "06:00" begins on each of `days` and
 * ends on the day after; "fri 18:00" to "mon 06:00" is one stretch a week.
 */
const band = z
  .strictObject({
    name: line(40).trim().min(1),
    days: z.array(z.enum(weekdays)).min(1).nullable().default(null).describe('null: every day'),
    from,
    to,
    rate,
  })
  .refine((band) => band.from.includes(' ') === band.to.includes(' '), {
    path: ['to'],
    error: 'name a weekday in both "from" and "to", or in neither',
  })
  .refine((band) => band.days === null || !band.from.includes(' '), {
    path: ['days'],
    error: 'a band that names weekdays in "from" and "to" has no "days"',
  })
export type TariffBand = z.infer<typeof band>

/** Where one day ends and the next begins. `capMinor` limits each; the steps outside all bands start again with each. */
const day = z.discriminatedUnion('period', [
  z.strictObject({ period: z.literal('rolling'), capMinor: price.nullable().default(null) }),
  z.strictObject({
    period: z.literal('calendar'),
    startsAt: z
      .string()
      .regex(new RegExp(`^${time}$`), 'must be a time such as "00:00" or "04:30"')
      .default('00:00'),
    capMinor: price.nullable().default(null),
  }),
])

/** `percent` as it is written in the law, e.g. "19" or "8.875"; `included` in the tariff's amounts, or added to their sum. */
const vat = z.strictObject({
  percent: z.string().regex(/^\d{1,2}(\.\d{1,3})?$/, 'must be a percentage such as "19" or "8.875"'),
  included: z.boolean(),
})
export type Vat = z.infer<typeof vat>

/** A tariff as it is stored: version 1 of the language. What is left out has no effect. */
export const tariffRules = z.strictObject({
  version: z.literal(1),
  entryGraceMinutes: upToAYear
    .default(0)
    .describe('a stay that is not longer costs nothing; a longer one pays for all of it'),
  freeMinutes: upToAYear.default(0).describe('never charged, however long the stay'),
  exitGraceMinutes: upToAYear.default(0).describe('forgiven at the end, e.g. for the queue at the exit'),
  bands: z.array(band).max(12).default([]).describe('where several apply, the first one does'),
  rate: rate.describe('outside all bands'),
  day: day.nullable().default(null),
  stayCapMinor: price.nullable().default(null),
  vat: vat.nullable().default(null),
  prepaidMinor: price.positive().nullable().default(null).describe('asked at the entry of a prepaid site'),
})
export type TariffRules = z.infer<typeof tariffRules>
/** A tariff as people write it: what has no effect is left out. */
export type WrittenTariff = z.input<typeof tariffRules>
export type TariffRate = TariffRules['rate']

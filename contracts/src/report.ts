import { z } from 'zod'
import { reasonCode } from './decision.ts'
import { passageKind } from './gate-command.ts'
import { pageOf } from './page.ts'
import { providerName } from './payment-event.ts'
import { quoteLine } from './quote.ts'
import { sessionState } from './session.ts'
import { currency, id, instant } from './values.ts'

/*
 * What the books and the screens are made from. Each report is of one site, from `from` to before `to`; where it is counted by hour,
 * day or month, those are the ones of the site's clock, and the first and the last are cut off at `from` and `to`.
 */

export const bucketSize = z.enum(['hour', 'day', 'month'])
export type BucketSize = z.infer<typeof bucketSize>

export const reportFormat = z.enum(['json', 'csv'])

export const reportQuery = {
  siteId: id,
  from: instant.optional().describe('the first instant; the beginning of today at the site where it is left out'),
  to: instant.optional().describe('the instant after the last; the end of the day of `from` where it is left out'),
  format: reportFormat.optional().describe('else as Accept says: application/json or text/csv'),
}

const head = { siteId: id, from: instant, to: instant, timeZone: z.string().describe('of the site') }
const bucket = {
  start: instant,
  end: instant.describe('the instant after its last'),
  period: z.string().describe('on the site’s calendar: 2026-03, 2026-03-29 or 2026-03-29T02:00+01:00'),
}
const count = z.int().nonnegative()
const sumMinor = z.int().describe('in minor units; VAT included')

const revenueSums = z.object({
  count: count.describe('of payments'),
  grossMinor: sumMinor,
  refundCount: count.describe('of refunds that the provider made in this time, of payments of whatever time'),
  refundedMinor: sumMinor.describe('the sum of those refunds; VAT included'),
  netMinor: sumMinor.describe('`grossMinor` less `refundedMinor`; negative where more was refunded than paid'),
})
export type RevenueSums = z.infer<typeof revenueSums>
const vatMinor = z.int().nullable()
const revenueLine = z.object({
  provider: providerName,
  vatPercent: z.string().nullable().describe('of the tariff that priced it; null where that names no VAT'),
  ...revenueSums.shape,
  vatMinor: vatMinor.describe('the VAT in what was paid, rounded payment by payment; null where it is not known'),
  refundedVatMinor: vatMinor.describe(
    'the VAT in what was refunded, rounded refund by refund; null where it is not known',
  ),
})
export type RevenueLine = z.infer<typeof revenueLine>
const revenue = { ...revenueSums.shape, lines: z.array(revenueLine).describe('the same by provider and rate of VAT') }

/**
 * Payments by when the provider captured them: the sum of those that `GET /v1/payments?siteId=&since=&until=` lists. Refunds by when
 * the provider made them, once they have succeeded.
 */
export const revenueReport = z.object({
  ...head,
  currency,
  items: z.array(z.object({ ...bucket, ...revenue })),
  total: z.object(revenue),
})
export type RevenueReport = z.infer<typeof revenueReport>

const byReason = z.partialRecord(reasonCode, count)

export const trafficItem = z.object({
  ...bucket,
  entries: count.describe('stays that began; a vehicle that turned back began none'),
  exits: count.describe('stays that ended at an exit, and vehicles let out without one'),
  denials: count.describe('vehicles refused; not reads that were too old, nor ones that a better read followed'),
  denialsByReason: byReason,
  payAnswers: count.describe('vehicles told to pay first'),
  fallbackDecisions: count.describe('decisions by a failure policy'),
  passages: z.record(passageKind, count).describe('what barriers reported that vehicles did'),
})
export type TrafficItem = z.infer<typeof trafficItem>
export const trafficReport = z.object({ ...head, items: z.array(trafficItem) })
export type TrafficReport = z.infer<typeof trafficReport>

/** Open stays, as they were known at the time: one whose exit was missed counts until the vehicle was seen again. */
export const occupancyReport = z.object({
  ...head,
  capacity: z.int().describe('as it is now'),
  items: z.array(
    z.object({ ...bucket, atStart: count.describe('stays open at the beginning'), most: count.describe('at once') }),
  ),
})
export type OccupancyReport = z.infer<typeof occupancyReport>

/**
 * Why a stay ended without its money. `missed_exit`: the vehicle entered again without having been seen leaving. `fallback`,
 * `held_open`: the barrier let everybody out. `operator`: somebody opened for it. `let_out`: it was let out although it owed, for
 * example because nobody looked at it in time. `drove_out`: it passed without having been let out.
 */
export const uncollectedCause = z.enum(['missed_exit', 'fallback', 'held_open', 'operator', 'let_out', 'drove_out'])
export type UncollectedCause = z.infer<typeof uncollectedCause>

const owedMinor = z.int().positive()
export const uncollectedItem = z.object({
  id: id.describe('of the session'),
  siteId: id,
  plate: z.string().nullable().describe('masked for viewers; null once erased'),
  state: sessionState,
  openedAt: instant,
  endedAt: instant.describe(
    'when it was known to have left; for a missed exit, when the vehicle entered again: it left before that',
  ),
  cause: uncollectedCause,
  gateId: id.nullable().describe('where it left, if that was seen'),
  gateName: z.string().nullable(),
  decisionId: id.nullable().describe('the answer that it got at the exit'),
  reason: reasonCode.nullable().describe('the reason of that answer'),
  priceMinor: owedMinor.describe(
    'what the tariff of its entry asks for the stay up to when its vehicle was let out, as operators adjusted it',
  ),
  paidMinor: z.int().nonnegative(),
  owedMinor: owedMinor.describe('what is missing'),
  currency,
  lines: z.array(quoteLine).describe('how what is missing comes about'),
})
export type UncollectedItem = z.infer<typeof uncollectedItem>
export const uncollectedPage = pageOf(uncollectedItem)

import type { BucketSize, RevenueLine, RevenueReport } from '@turnpike/contracts/report.ts'
import { vatIncludedIn } from '../domain/tariff/vat.ts'
import { countPayments, type PaymentCount } from '../repositories/reports.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { counting, headOf, type ReportRequest, reportRange, shownBucket } from './report-range.ts'

/**
 * What was paid at a site, by day or month of its calendar, provider and rate of VAT. A payment counts when its provider captured
 * it, whenever we heard of it. All payments of a site are in its currency: what came in another is parked.
 */
export async function reportRevenue(
  deps: Deps,
  caller: Caller,
  { bucket, ...request }: ReportRequest & { bucket: Exclude<BucketSize, 'hour'> },
): Promise<RevenueReport> {
  const range = await reportRange(deps, caller, request)
  const { buckets, counted } = counting(bucket, range)
  const counts = await countPayments(deps.database.db, counted)
  const byBucket = Map.groupBy(counts, (count) => count.bucket)
  return {
    ...headOf(range),
    currency: range.site.currency,
    items: buckets.map((each, index) => ({ ...shownBucket(each), ...addUp(byBucket.get(index) ?? []) })),
    total: addUp(counts),
  }
}

function addUp(counts: PaymentCount[]) {
  const lines = [...Map.groupBy(counts, ({ provider, vatPercent }) => `${provider} ${vatPercent}`).values()]
    .map(toLine)
    .sort((a, b) => a.provider.localeCompare(b.provider) || Number(a.vatPercent ?? -1) - Number(b.vatPercent ?? -1))
  return { ...sumsOf(counts), lines }
}

function toLine(counts: PaymentCount[]): RevenueLine {
  const { provider, vatPercent } = counts[0]!
  return { provider, vatPercent, ...sumsOf(counts), vatMinor: vatPercent === null ? null : vatIn(counts, vatPercent) }
}

function sumsOf(counts: PaymentCount[]) {
  return {
    count: counts.reduce((sum, { count }) => sum + count, 0),
    grossMinor: counts.reduce((sum, { count, amountMinor }) => sum + count * amountMinor, 0),
  }
}

/** Rounded for each payment, as its receipt says it. Added VAT is in what was paid just as included VAT is. */
function vatIn(counts: PaymentCount[], percent: string): number {
  return counts.reduce(
    (sum, { count, amountMinor }) => sum + count * vatIncludedIn(amountMinor, { percent, included: true }),
    0,
  )
}

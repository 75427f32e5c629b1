import type { BucketSize, RevenueLine, RevenueReport, RevenueSums } from '@turnpike/contracts/report.ts'
import { vatIncludedIn } from '../domain/tariff/vat.ts'
import { countMoney, type MoneyCount } from '../repositories/reports.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { counting, headOf, type ReportRequest, reportRange, shownBucket } from './report-range.ts'

/**
 * What was paid and refunded at a site, by day or month of its calendar, provider and rate of VAT. A payment counts when its
 * provider captured it and a refund when the provider made it, whenever we heard of it. All payments of a site are in its
 * currency: what came in another is parked, and a refund in another does not count.
 */
export async function reportRevenue(
  deps: Deps,
  caller: Caller,
  { bucket, ...request }: ReportRequest & { bucket: Exclude<BucketSize, 'hour'> },
): Promise<RevenueReport> {
  const range = await reportRange(deps, caller, request)
  const { buckets, counted } = counting(bucket, range)
  const counts = await countMoney(deps.database.db, counted)
  const byBucket = Map.groupBy(counts, (count) => count.bucket)
  return {
    ...headOf(range),
    currency: range.site.currency,
    items: buckets.map((each, index) => ({ ...shownBucket(each), ...addUp(byBucket.get(index) ?? []) })),
    total: addUp(counts),
  }
}

function addUp(counts: MoneyCount[]): RevenueSums & { lines: RevenueLine[] } {
  const lines = [...Map.groupBy(counts, ({ provider, vatPercent }) => `${provider} ${vatPercent}`).values()]
    .map(toLine)
    .sort((a, b) => a.provider.localeCompare(b.provider) || Number(a.vatPercent ?? -1) - Number(b.vatPercent ?? -1))
  return { ...sumsOf(counts), lines }
}

function toLine(counts: MoneyCount[]): RevenueLine {
  const { provider, vatPercent } = counts[0]!
  const vatIn = (kind: MoneyCount['kind']) => (vatPercent === null ? null : vatOf(ofKind(counts, kind), vatPercent))
  return {
    provider,
    vatPercent,
    ...sumsOf(counts),
    vatMinor: vatIn('payment'),
    refundedVatMinor: vatIn('refund'),
  }
}

function sumsOf(counts: MoneyCount[]): RevenueSums {
  const [paid, refunded] = [addedUp(ofKind(counts, 'payment')), addedUp(ofKind(counts, 'refund'))]
  return {
    count: paid.count,
    grossMinor: paid.sumMinor,
    refundCount: refunded.count,
    refundedMinor: refunded.sumMinor,
    netMinor: paid.sumMinor - refunded.sumMinor,
  }
}

const ofKind = (counts: MoneyCount[], kind: MoneyCount['kind']) => counts.filter((each) => each.kind === kind)

function addedUp(counts: MoneyCount[]) {
  return {
    count: counts.reduce((sum, { count }) => sum + count, 0),
    sumMinor: counts.reduce((sum, { count, amountMinor }) => sum + count * amountMinor, 0),
  }
}

/** Rounded for each amount, as its receipt says it. Added VAT is in what was paid just as included VAT is. */
function vatOf(counts: MoneyCount[], percent: string): number {
  return counts.reduce(
    (sum, { count, amountMinor }) => sum + count * vatIncludedIn(amountMinor, { percent, included: true }),
    0,
  )
}

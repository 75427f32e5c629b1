import type { BucketSize } from '@turnpike/contracts/report.ts'
import { type Bucket, bucketsOf, dayAround } from '../domain/report-buckets.ts'
import { Refusal } from '../errors.ts'
import type { Counted } from '../repositories/reports.ts'
import { findSite, type SiteRow } from '../repositories/sites.ts'
import { type Caller, requireSite } from './access.ts'
import type { Deps } from './deps.ts'

/** What every report is asked for. Without `from` or `to` it is of today at the site. */
export type ReportRequest = { siteId: string; from?: string | undefined; to?: string | undefined }

export type Range = { site: SiteRow; from: Date; to: Date }

const day = 24 * 60 * 60_000
const longest = { days: 400, hourlyDays: 32 }

/** The site and the time that a report is of. Who may look at a site may see its reports: they add up what its lists show. */
export async function reportRange(deps: Deps, { operator }: Caller, request: ReportRequest): Promise<Range> {
  requireSite(operator, request.siteId, 'viewer')
  const site = (await findSite(deps.database.db, request.siteId))!
  const today = dayAround(site.timeZone, deps.now())
  const from = request.from === undefined ? today.from : new Date(request.from)
  const to = request.to === undefined ? today.to : new Date(request.to)
  if (from >= to) throw new Refusal('invalid_request', 'The report ends before it begins: `from` must lie before `to`.')
  requireAtMost(longest.days, from, to, 'A report')
  return { site, from, to }
}

/** Its hours, days or months, and how the database counts in them. */
export function counting(size: BucketSize, { site, from, to }: Range): { buckets: Bucket[]; counted: Counted } {
  if (size === 'hour') requireAtMost(longest.hourlyDays, from, to, 'A report by the hour')
  const buckets = bucketsOf(size, site.timeZone, from, to)
  return { buckets, counted: { siteId: site.id, from, to, starts: buckets.map(({ start }) => start) } }
}

/** What every report says about itself. */
export function headOf({ site, from, to }: Range) {
  return { siteId: site.id, from: from.toISOString(), to: to.toISOString(), timeZone: site.timeZone }
}

export function shownBucket({ start, end, period }: Bucket) {
  return { start: start.toISOString(), end: end.toISOString(), period }
}

function requireAtMost(days: number, from: Date, to: Date, what: string) {
  if (to.getTime() - from.getTime() > days * day)
    throw new Refusal('invalid_request', `${what} spans at most ${days} days. Ask for a shorter time, several times.`)
}

import type { OccupancyReport } from '@turnpike/contracts/report.ts'
import { countOpenStays } from '../repositories/reports.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { counting, headOf, type ReportRequest, reportRange, shownBucket } from './report-range.ts'

/** How many stays were open at a site, by the hour of its clock. It ends now: nobody knows who will be there. */
export async function reportOccupancy(deps: Deps, caller: Caller, request: ReportRequest): Promise<OccupancyReport> {
  const asked = await reportRange(deps, caller, request)
  const now = deps.now()
  const range = { ...asked, to: asked.to < now ? asked.to : now }
  const head = { ...headOf(range), capacity: range.site.capacity }
  if (range.from >= range.to) return { ...head, to: head.from, items: [] }
  const { buckets, counted } = counting('hour', range)
  const { atStart: first, moves } = await countOpenStays(deps.database.db, counted)
  const byBucket = new Map(moves.map((move) => [move.bucket, move]))
  let atStart = first
  const items = buckets.map((bucket, index) => {
    const { net, rise } = byBucket.get(index) ?? { net: 0, rise: 0 }
    const item = { ...shownBucket(bucket), atStart, most: atStart + rise }
    atStart += net
    return item
  })
  return { ...head, items }
}

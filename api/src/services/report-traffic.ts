import type { BucketSize, TrafficItem, TrafficReport } from '@turnpike/contracts/report.ts'
import { countEvents, type EventCount } from '../repositories/reports.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { counting, headOf, type ReportRequest, reportRange, shownBucket } from './report-range.ts'

/** What happened at a site's gates, by hour or day of its calendar. */
export async function reportTraffic(
  deps: Deps,
  caller: Caller,
  { bucket, ...request }: ReportRequest & { bucket: Exclude<BucketSize, 'month'> },
): Promise<TrafficReport> {
  const range = await reportRange(deps, caller, request)
  const { buckets, counted } = counting(bucket, range)
  const byBucket = Map.groupBy(await countEvents(deps.database.db, counted), (event) => event.bucket)
  return {
    ...headOf(range),
    items: buckets.map((each, index) => ({ ...shownBucket(each), ...addUp(byBucket.get(index) ?? []) })),
  }
}

type Sums = Omit<TrafficItem, keyof ReturnType<typeof shownBucket>>

function addUp(events: EventCount[]): Sums {
  const sums: Sums = {
    entries: 0,
    exits: 0,
    denials: 0,
    denialsByReason: {},
    payAnswers: 0,
    fallbackDecisions: 0,
    passages: { passed: 0, turned_back: 0, tailgated: 0, unknown: 0 },
  }
  for (const event of events) addTo(sums, event)
  return sums
}

function addTo(sums: Sums, event: EventCount) {
  const { count } = event
  switch (event.kind) {
    case 'opened':
      sums.entries += count
      break
    case 'closed':
    case 'let_out':
      sums.exits += count
      break
    case 'passage':
      sums.passages[event.passage] += count
      break
    case 'decision':
      addDecision(sums, event)
  }
}

function addDecision(sums: Sums, decision: Extract<EventCount, { kind: 'decision' }>) {
  const { outcome, reason, mode, count } = decision
  if (mode === 'fallback') sums.fallbackDecisions += count
  if (outcome === 'PAY') sums.payAnswers += count
  if (outcome !== 'DENY' || mode === 'history' || reason === 'awaiting_better_read') return
  sums.denials += count
  sums.denialsByReason[reason] = (sums.denialsByReason[reason] ?? 0) + count
}

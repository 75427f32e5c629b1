import { useQuery } from '@tanstack/react-query'
import type { OccupancyReport, RevenueReport, TrafficReport } from '@turnpike/contracts/report.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'

/** The figures of today at a site, by the calendar of the site; asked for again every half minute. */
export function useToday(siteId: string) {
  const api = useApi()
  return useQuery({
    queryKey: ['today', siteId],
    queryFn: async ({ signal }) => {
      const asked = { params: { query: { siteId } }, headers: { accept: 'application/json' }, signal }
      const [traffic, revenue, occupancy] = await Promise.all([
        answerOf(api.GET('/v1/reports/traffic', asked)) as Promise<TrafficReport>,
        answerOf(api.GET('/v1/reports/revenue', asked)) as Promise<RevenueReport>,
        answerOf(api.GET('/v1/reports/occupancy', asked)) as Promise<OccupancyReport>,
      ])
      const sum = (of: 'entries' | 'exits' | 'denials') => traffic.items.reduce((total, item) => total + item[of], 0)
      return {
        entries: sum('entries'),
        exits: sum('exits'),
        denials: sum('denials'),
        revenueMinor: revenue.total.grossMinor,
        currency: revenue.currency,
        inside: occupancy.items.map(({ most }) => most),
      }
    },
    refetchInterval: 30_000,
  })
}

/** How many alerts of each site nobody has taken on. The newest 200 count, which is more than anybody reads. */
export function useOpenAlerts(): Map<string, number> {
  const api = useApi()
  const query = useQuery({
    queryKey: ['alerts', 'count'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/alerts', { params: { query: { state: 'open', limit: 200 } }, signal })),
    refetchInterval: 5_000,
  })
  const counts = new Map<string, number>()
  for (const { siteId } of query.data?.items ?? []) counts.set(siteId, (counts.get(siteId) ?? 0) + 1)
  return counts
}

import { useQuery } from '@tanstack/react-query'
import type { OccupancyReport } from '@turnpike/contracts/report.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'

/** How many were inside a site at most, hour by hour of its own today; asked for again every minute. */
export function useInsideToday(siteId: string) {
  const api = useApi()
  return useQuery({
    queryKey: ['inside-today', siteId],
    queryFn: async ({ signal }) => {
      const asked = { params: { query: { siteId } }, headers: { accept: 'application/json' }, signal }
      const { items } = (await answerOf(api.GET('/v1/reports/occupancy', asked))) as OccupancyReport
      return items.map(({ most }) => most)
    },
    refetchInterval: 60_000,
  })
}

import { useQuery } from '@tanstack/react-query'
import type { CameraItem } from '@turnpike/contracts/site.ts'
import { useMemo } from 'react'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'

/** How far a camera's clock is from ours, and whether it jumped there and nobody has confirmed it. */
export type CameraClock = { offSeconds: number; jumped: boolean }

/** Less is not worth a word: reads are aged against it anyway. */
const worthSeconds = 2

/** The clocks worth a look at the lanes of a site, by gate; of several cameras at one, the worst. */
export function useCameraClocks(siteId: string): Map<string, CameraClock> {
  const api = useApi()
  const query = useQuery({
    queryKey: ['cameras', siteId],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/cameras', { params: { query: { siteId, limit: 200 } }, signal })),
    refetchInterval: 60_000,
  })
  return useMemo(() => clocksOf(query.data?.items ?? []), [query.data])
}

type Camera = Pick<CameraItem, 'gateId' | 'clockOffsetSeconds' | 'clockJumpedToSeconds' | 'revokedAt'>

export function clocksOf(cameras: Camera[]): Map<string, CameraClock> {
  const clocks = new Map<string, CameraClock>()
  for (const { gateId, clockOffsetSeconds, clockJumpedToSeconds, revokedAt } of cameras) {
    const clock = { offSeconds: clockJumpedToSeconds ?? clockOffsetSeconds, jumped: clockJumpedToSeconds !== null }
    if (revokedAt !== null || (!clock.jumped && Math.abs(clock.offSeconds) < worthSeconds)) continue
    const other = clocks.get(gateId)
    if (!other || badness(clock) > badness(other)) clocks.set(gateId, clock)
  }
  return clocks
}

function badness({ offSeconds, jumped }: CameraClock): number {
  return Math.abs(offSeconds) + (jumped ? 1e9 : 0)
}

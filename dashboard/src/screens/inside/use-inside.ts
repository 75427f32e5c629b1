import type { SessionItem } from '@turnpike/contracts/session.ts'
import { useMemo } from 'react'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { given } from '../../api/given.ts'
import { usePages } from '../page/use-pages.ts'
import { useRefetchOnNews } from '../page/use-refetch-on-news.ts'
import { useMay } from '../page/use-role.ts'

type Asked = { siteId: string | undefined; needsReview: true | undefined; plate: string; lookAlike: boolean }

/** Open stays, newest first; by a part of a plate, or by what a camera may have taken for it. Follows what happens at `siteIds`. */
export function useInside({ siteId, needsReview, plate, lookAlike }: Asked, siteIds: string[]) {
  const api = useApi()
  useRefetchOnNews(siteIds, 'sessions')
  const whole = useMay('operator')
  const filter = useMemo(() => ({ siteId, state: 'open' as const }), [siteId])
  const match = !whole ? 'exact' : lookAlike ? 'look_alike' : 'fragment'
  return usePages<SessionItem>({
    queryKey: ['sessions', filter, needsReview, plate, match],
    load: (cursor, signal) =>
      plate === ''
        ? answerOf(
            api.GET('/v1/sessions', {
              params: { query: given({ ...filter, needsReview: needsReview && ('true' as const), cursor }) },
              signal,
            }),
          )
        : answerOf(
            api.POST('/v1/sessions/search', {
              body: { ...given({ ...filter, needsReview, cursor }), plate, match },
              signal,
            }),
          ),
    refetchInterval: 30_000,
  })
}

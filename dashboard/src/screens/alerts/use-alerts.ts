import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { AlertItem } from '@turnpike/contracts/alert.ts'
import type { AlertState } from '@turnpike/contracts/live-documents.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { given } from '../../api/given.ts'
import { ifMatch } from '../../api/if-match.ts'
import { ApiError } from '../../api/problem.ts'
import { useWords } from '../../i18n/language.ts'
import { usePages } from '../page/use-pages.ts'
import { useRefetchOnNews } from '../page/use-refetch-on-news.ts'
import { notify } from '../shell/notify.ts'

/** Alerts in one state, newest first; asked for again whenever something happens at `siteIds`. */
export function useAlerts(siteId: string | undefined, state: AlertState, siteIds: string[]) {
  const api = useApi()
  useRefetchOnNews(siteIds, 'alerts')
  return usePages<AlertItem>({
    queryKey: ['alerts', siteId, state],
    load: (cursor, signal) =>
      answerOf(api.GET('/v1/alerts', { params: { query: given({ siteId, state, cursor }) }, signal })),
    refetchInterval: 30_000,
  })
}

/** Takes an alert on, or says that it is dealt with, unless somebody else was faster. */
export function useChangeAlert() {
  const api = useApi()
  const queries = useQueryClient()
  const { alerts: words, common } = useWords()
  return useMutation({
    mutationFn: ({ alert, state, note }: { alert: AlertItem; state: Exclude<AlertState, 'open'>; note?: string }) =>
      answerOf(
        api.PATCH('/v1/alerts/{alertId}', {
          params: { path: { alertId: alert.id }, header: ifMatch(alert) },
          body: { state, ...(note !== undefined && { changeReason: note }) },
        }),
      ),
    onError: (error) => {
      const faster = error instanceof ApiError && (error.status === 412 || error.status === 409)
      notify({ color: 'red', title: common.notDone, message: faster ? words.changed : error.message })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['alerts'] }),
  })
}

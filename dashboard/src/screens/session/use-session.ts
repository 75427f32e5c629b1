import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { SessionChange, SessionDetail } from '@turnpike/contracts/session.ts'
import type { SessionPreview } from '@turnpike/contracts/session-bill.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { given } from '../../api/given.ts'
import { ifMatch } from '../../api/if-match.ts'
import { useWords } from '../../i18n/language.ts'
import { notify } from '../shell/notify.ts'

/** A stay with all that is on record of it, asked for again every few seconds while it is open. */
export function useStay(sessionId: string) {
  const api = useApi()
  return useQuery({
    queryKey: ['session', sessionId],
    queryFn: async ({ signal }) => {
      const asked = { params: { path: { sessionId } }, signal }
      const [session, timeline] = await Promise.all([
        answerOf(api.GET('/v1/sessions/{sessionId}', asked)),
        answerOf(api.GET('/v1/sessions/{sessionId}/timeline', asked)),
      ])
      return { session, timeline }
    },
    refetchInterval: ({ state }) => (state.data?.session.state === 'open' ? 5_000 : false),
  })
}

/** What a stay would owe if it were changed so. */
export function usePreviewStay() {
  const api = useApi()
  return (sessionId: string, change: SessionPreview, signal: AbortSignal) =>
    answerOf(
      api.POST('/v1/sessions/{sessionId}/preview', { params: { path: { sessionId } }, body: given(change), signal }),
    )
}

/** Puts a sum on what a stay is asked for, or takes one off it: in minor units of its currency. */
export function useAdjustStay(session: SessionDetail) {
  const api = useApi()
  const queries = useQueryClient()
  const { session: words } = useWords()
  return async (amountMinor: number, reason: string) => {
    try {
      const params = { path: { sessionId: session.id } }
      await answerOf(api.POST('/v1/sessions/{sessionId}/adjustments', { params, body: { amountMinor, reason } }))
      notify({ color: 'green', message: words.done })
    } finally {
      await queries.invalidateQueries({ queryKey: ['session', session.id] })
    }
  }
}

/** Puts a stay right, from the version that is on the screen. */
export function useChangeStay(session: SessionDetail) {
  const api = useApi()
  const queries = useQueryClient()
  const { session: words } = useWords()
  return async ({ changeReason, ...change }: SessionChange) => {
    try {
      await answerOf(
        api.PATCH('/v1/sessions/{sessionId}', {
          params: { path: { sessionId: session.id }, header: ifMatch(session) },
          body: { ...given(change), changeReason },
        }),
      )
      notify({ color: 'green', message: words.done })
    } finally {
      // Also after a refusal: somebody else may have been faster, and the next try is from what is then shown.
      await queries.invalidateQueries({ queryKey: ['session', session.id] })
    }
  }
}

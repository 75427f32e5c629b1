import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { SessionItem } from '@turnpike/contracts/session.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { ifMatch } from '../../api/if-match.ts'
import type { Match } from './match.ts'

/** The exit that nobody knows an entry for. */
export function useExit(decisionId: string) {
  const api = useApi()
  return useQuery({
    queryKey: ['decision', decisionId],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/decisions/{decisionId}', { params: { path: { decisionId } }, signal })),
  })
}

/** Who is inside and may be that vehicle: misread when it came, or found by the part of a plate that is given. */
export function useCandidates(siteId: string | undefined, plate: string | null, part: string) {
  const api = useApi()
  const asked =
    part === '' ? { plate: plate ?? '', match: 'look_alike' as const } : { plate: part, match: 'fragment' as const }
  return useQuery({
    queryKey: ['candidates', siteId, asked],
    queryFn: async ({ signal }): Promise<SessionItem[]> => {
      const body = { siteId: siteId!, state: 'open' as const, limit: 12, ...asked }
      return (await answerOf(api.POST('/v1/sessions/search', { body, signal }))).items
    },
    enabled: siteId !== undefined && asked.plate !== '',
  })
}

/** What can be done about such an exit. */
export function useMatchActions() {
  const api = useApi()
  const queries = useQueryClient()
  return {
    preview: ({ sessionId, change }: Match, signal: AbortSignal) =>
      answerOf(
        sessionId === null
          ? api.POST('/v1/sessions/preview', { body: change, signal })
          : api.POST('/v1/sessions/{sessionId}/preview', { params: { path: { sessionId } }, body: change, signal }),
      ),
    /** Resolves to the id of the stay that the exit belongs to. */
    confirm: async ({ sessionId, change }: Match, changeReason: string): Promise<string> => {
      try {
        if (sessionId === null)
          return (await answerOf(api.POST('/v1/sessions', { body: { ...change, changeReason } }))).id
        const path = { sessionId }
        const seen = await answerOf(api.GET('/v1/sessions/{sessionId}', { params: { path } }))
        const changed = { params: { path, header: ifMatch(seen) }, body: { ...change, changeReason } }
        return (await answerOf(api.PATCH('/v1/sessions/{sessionId}', changed))).id
      } finally {
        for (const queryKey of [['alerts'], ['sessions'], ['candidates']]) void queries.invalidateQueries({ queryKey })
      }
    },
  }
}

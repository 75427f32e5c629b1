import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { SessionItem } from '@turnpike/contracts/session.ts'
import type { BillNow } from '@turnpike/contracts/session-bill.ts'
import { useMemo } from 'react'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'

/** As many as one request may name. */
const batchSize = 200

/** What stays owe now, by stay. Asked for again each minute, because it grows by itself, and whenever one of them changes. */
export function useBills(stays: SessionItem[]): Map<string, BillNow> {
  const api = useApi()
  const open = stays.filter(({ state }) => state === 'open')
  const query = useQuery({
    queryKey: ['bills', open.map(({ id, paidMinor, paidUntil, openedAt }) => [id, paidMinor, paidUntil, openedAt])],
    queryFn: async ({ signal }) => {
      const ids = open.map(({ id }) => id)
      const batches = Array.from({ length: Math.ceil(ids.length / batchSize) }, (_, index) =>
        ids.slice(index * batchSize, (index + 1) * batchSize),
      )
      const answers = await Promise.all(
        batches.map((sessionIds) => answerOf(api.POST('/v1/sessions/bills', { body: { sessionIds }, signal }))),
      )
      return answers.flatMap(({ items }) => items)
    },
    enabled: open.length > 0,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  })
  return useMemo(() => new Map(query.data?.map(({ sessionId, bill }) => [sessionId, bill])), [query.data])
}

import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import type { Page } from '@turnpike/contracts/page.ts'

/**
 * A list of the API, page by page, with the items of all pages so far in one.
 * @param props.load asks for the page at a cursor; `undefined` is the newest
 */
export function usePages<T>(props: {
  queryKey: QueryKey
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>
  enabled?: boolean
  refetchInterval?: number | false
}) {
  const { queryKey, load, enabled = true, refetchInterval = false } = props
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    enabled,
    refetchInterval,
  })
  return { ...query, items: query.data?.pages.flatMap(({ items }) => items) ?? [] }
}

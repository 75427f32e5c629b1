import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import type { DecisionItem, Outcome, ReasonCode } from '@turnpike/contracts/decision.ts'
import type { Page } from '@turnpike/contracts/page.ts'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { given } from '../../api/given.ts'
import { useLanes } from '../../live/live-context.tsx'
import { usePages } from '../page/use-pages.ts'
import { useMay } from '../page/use-role.ts'
import { askSince, joinNewest } from './join-newest.ts'

export type DecisionFilter = {
  siteId?: string | undefined
  gateId?: string | undefined
  outcome?: Outcome | undefined
  reason?: ReasonCode | undefined
}

type Pages = InfiniteData<Page<DecisionItem>, string | undefined>

/**
 * Decisions by a filter and a part of a plate, newest first. That there are new ones is told by the live lanes; what they are is
 * then asked of the API, which filters them and shows plates by role.
 */
export function useDecisions(filter: DecisionFilter, plate: string, siteIds: string[], paused: boolean) {
  const api = useApi()
  const whole = useMay('operator')
  const queries = useQueryClient()
  const queryKey = useMemo(() => ['decisions', filter, plate], [filter, plate])
  const ask = useCallback(
    (more: { cursor?: string; since?: string; limit?: number }, signal?: AbortSignal): Promise<Page<DecisionItem>> =>
      plate === ''
        ? answerOf(
            api.GET('/v1/decisions', { params: { query: { ...given(filter), ...more } }, ...(signal && { signal }) }),
          )
        : answerOf(
            api.POST('/v1/decisions/search', {
              body: { ...given(filter), ...more, plate, match: whole ? 'fragment' : 'exact' },
              ...(signal && { signal }),
            }),
          ),
    [api, filter, plate, whole],
  )
  const pages = usePages({ queryKey, load: (cursor, signal) => ask(cursor === undefined ? {} : { cursor }, signal) })

  const catchUp = useCallback(async () => {
    const before = queries.getQueryData<Pages>(queryKey)
    const since = askSince(before?.pages[0]?.items ?? [])
    if (before === undefined || since === undefined) return queries.invalidateQueries({ queryKey })
    const { items, nextCursor } = await ask({ since, limit: caughtUpAtOnce })
    // More in between: starting over is shorter than filling the gap.
    if (nextCursor !== null) return queries.resetQueries({ queryKey })
    queries.setQueryData<Pages>(queryKey, (now) => now && withNewest(now, items))
  }, [queries, queryKey, ask])

  const behind = useCatchUp(useNewestDecision(siteIds), catchUp, paused)
  return { ...pages, behind }
}

function withNewest({ pages, pageParams }: Pages, items: DecisionItem[]): Pages {
  const joined = joinNewest(
    items,
    pages.map((page) => page.items),
  )
  return { pageParams, pages: pages.map((page, i) => ({ ...page, items: joined[i]! })) }
}

/** Changes whenever a lane of these sites decides. */
function useNewestDecision(siteIds: string[]): string {
  return useLanes(siteIds)
    .map(({ decision }) => decision?.id)
    .join()
}

/** Runs `catchUp` after each change of `sign`, at most once a second and one at a time; says whether one is outstanding. */
function useCatchUp(sign: string, catchUp: () => Promise<unknown>, paused: boolean): boolean {
  const seen = useRef(sign)
  const [turn, setTurn] = useState(0)
  const behind = seen.current !== sign
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is what makes the next look due
  useEffect(() => {
    if (paused || seen.current === sign) return
    const timer = setTimeout(async () => {
      seen.current = sign
      await catchUp().catch(() => undefined) // the next decision, or the reader, asks again
      setTurn((turns) => turns + 1)
    }, atMostEachMs)
    return () => clearTimeout(timer)
  }, [sign, catchUp, paused, turn])
  return paused && behind
}

const atMostEachMs = 400
/** As many as the API gives: what was paged back to stays while no more than that is decided between two looks. */
const caughtUpAtOnce = 200

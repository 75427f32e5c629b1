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
import { joinNewest, sinceAPageAgo, sinceNewest } from './join-newest.ts'

export type DecisionFilter = {
  siteId?: string | undefined
  gateId?: string | undefined
  outcome?: Outcome | undefined
  reason?: ReasonCode | undefined
}

type Pages = InfiniteData<Page<DecisionItem>, string | undefined>

/**
 * Decisions by a filter and a part of a plate, newest first. That there are new ones is told by the live lanes; what they are is
 * then asked of the API, which filters them and shows plates by role. No lane tells of a read that came late, nor of a decision
 * made without Postgres that is put on record after newer ones: for those it is asked each few seconds.
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

  const joinSince = useCallback(
    async (since: string | undefined) => {
      const { items, nextCursor } = await ask({ ...given({ since }), limit: joinedAtOnce })
      // More in between: starting over is shorter than filling the gap.
      if (nextCursor !== null) return queries.resetQueries({ queryKey })
      queries.setQueryData<Pages>(queryKey, (now) => now && withFetched(now, items))
    },
    [queries, queryKey, ask],
  )
  const catchUp = useCallback(async () => {
    const since = sinceNewest(knownOf(queries.getQueryData(queryKey)))
    return since === undefined ? queries.invalidateQueries({ queryKey }) : joinSince(since)
  }, [queries, queryKey, joinSince])
  const lookBack = useCallback(async () => {
    const known = queries.getQueryData<Pages>(queryKey)
    if (known !== undefined) await joinSince(sinceAPageAgo(knownOf(known)))
  }, [queries, queryKey, joinSince])

  const behind = useCatchUp(useNewestDecision(siteIds), catchUp, paused)
  useEach(lookBackMs, lookBack, paused)
  return { ...pages, behind }
}

function knownOf(known: Pages | undefined): DecisionItem[] {
  return known?.pages.flatMap(({ items }) => items) ?? []
}

function withFetched({ pages, pageParams }: Pages, items: DecisionItem[]): Pages {
  const joined = joinNewest(
    items,
    pages.map((page) => page.items),
    pages.at(-1)?.nextCursor != null,
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

/** Runs `look` each so many milliseconds, one at a time, unless `paused`. */
function useEach(ms: number, look: () => Promise<unknown>, paused: boolean): void {
  useEffect(() => {
    if (paused) return
    let looking = false
    const timer = setInterval(async () => {
      if (looking) return
      looking = true
      await look().catch(() => undefined) // the next one asks again
      looking = false
    }, ms)
    return () => clearInterval(timer)
  }, [ms, look, paused])
}

const atMostEachMs = 400
const lookBackMs = 5_000
/** As many as the API gives: what was paged back to stays while no more than that is decided between two looks. */
const joinedAtOnce = 200

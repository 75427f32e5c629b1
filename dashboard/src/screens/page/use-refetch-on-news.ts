import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useSites } from '../../live/live-context.tsx'

const atMostEachMs = 1_000

/** Asks again for what the API answered under `queryKey` once something has happened at one of the sites, at most once a second. */
export function useRefetchOnNews(siteIds: string[], queryKey: string): void {
  const queries = useQueryClient()
  const sites = useSites(siteIds)
  const seen = useRef(sites)
  useEffect(() => {
    if (seen.current === sites) return
    const timer = setTimeout(() => {
      seen.current = sites
      void queries.invalidateQueries({ queryKey: [queryKey] })
    }, atMostEachMs)
    return () => clearTimeout(timer)
  }, [sites, queries, queryKey])
}

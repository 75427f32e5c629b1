import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useFeedState, useSiteNames } from '../../live/live-context.tsx'

/** The site in the address if it is one of this person's, and which sites to show then: that one, or all by their names. */
export function useChosenSites(): { chosen: string | undefined; shown: string[]; all: string[] } {
  const { access } = useFeedState()
  const { site } = useSearch({ strict: false })
  const sites = access.kind === 'granted' ? access.sites : none
  const names = useSiteNames(sites)
  const all = useMemo(() => {
    const byName = sites.map((siteId, index) => ({ siteId, name: names[index] ?? siteId }))
    return byName.sort((a, b) => a.name.localeCompare(b.name)).map(({ siteId }) => siteId)
  }, [sites, names])
  const chosen = site !== undefined && all.includes(site) ? site : undefined
  const shown = useMemo(() => (chosen === undefined ? all : [chosen]), [chosen, all])
  return { chosen, shown, all }
}

const none: string[] = []

import { NativeSelect, Stack, VisuallyHidden } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { atLeast } from '@turnpike/contracts/operator.ts'
import { useFeedState, useSite } from '../../live/live-context.tsx'
import { SiteSection } from './site-section.tsx'

const route = getRouteApi('/lanes')
const everySite = ''

/** Every lane that the operator may see, live, grouped by site. Cards keep their places: whoever watches learns where to look. */
export function LanesScreen() {
  const { access, link } = useFeedState()
  const { site } = route.useSearch()
  const navigate = route.useNavigate()
  if (access.kind !== 'granted') return null
  const chosen = site && access.sites.includes(site) ? site : everySite
  const shown = chosen === everySite ? access.sites : [chosen]
  return (
    <Stack gap="xl">
      <VisuallyHidden component="h1">Lanes</VisuallyHidden>
      {access.sites.length > 1 && (
        <NativeSelect
          aria-label="Site"
          w={240}
          size="sm"
          value={chosen}
          onChange={(event) => navigate({ search: { site: event.currentTarget.value || undefined } })}
        >
          <option value={everySite}>All sites ({access.sites.length})</option>
          {access.sites.map((siteId) => (
            <SiteOption key={siteId} siteId={siteId} />
          ))}
        </NativeSelect>
      )}
      {shown.map((siteId) => (
        <SiteSection
          key={siteId}
          siteId={siteId}
          mayCommand={atLeast(access.role, 'operator')}
          loaded={link.kind === 'live'}
        />
      ))}
    </Stack>
  )
}

function SiteOption({ siteId }: { siteId: string }) {
  const site = useSite(siteId)
  return <option value={siteId}>{site?.name ?? siteId}</option>
}

import { Stack, VisuallyHidden } from '@mantine/core'
import { atLeast } from '@turnpike/contracts/operator.ts'
import { useWords } from '../../i18n/language.ts'
import { useFeedState } from '../../live/live-context.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { SiteSection } from './site-section.tsx'

/** Every lane that the operator may see, live, grouped by site. Cards keep their places: whoever watches learns where to look. */
export function LanesScreen() {
  const { nav } = useWords()
  const { access, link } = useFeedState()
  const { shown } = useChosenSites()
  if (access.kind !== 'granted') return null
  return (
    <Stack gap="xl">
      <VisuallyHidden component="h1">{nav.lanes}</VisuallyHidden>
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

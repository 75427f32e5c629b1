import { Button, SegmentedControl, Stack } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { atLeast } from '@turnpike/contracts/operator.ts'
import { lazy, Suspense, useCallback } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useFeedState, useLanes } from '../../live/live-context.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { FullPlates } from './full-plates.tsx'
import { useRemembered } from './remembered.ts'
import { SiteSection } from './site-section.tsx'

const LaneDrawer = lazy(async () => ({ default: (await import('./lane-drawer.tsx')).LaneDrawer }))

const route = getRouteApi('/lanes')

/** Every lane that the operator may see, live, grouped by site. Cards keep their places: whoever watches learns where to look. */
export function LanesScreen() {
  const { nav, lanes: words, common } = useWords()
  const { view, gate } = route.useSearch()
  const navigate = route.useNavigate()
  const { access, link } = useFeedState()
  const { shown } = useChosenSites()
  const opened = useLanes(shown).find(({ gateId }) => gateId === gate)
  const [full, setFull] = useRemembered('full-plates', true)
  const openLane = useCallback(
    (gateId?: string) => navigate({ search: (before) => ({ ...before, gate: gateId }), resetScroll: false }),
    [navigate],
  )
  if (access.kind !== 'granted') return null
  const mayCommand = atLeast(access.role, 'operator')
  return (
    <FullPlates shown={full && mayCommand}>
      <PageHeader title={nav.lanes}>
        <SegmentedControl
          ml="auto"
          size="xs"
          aria-label={words.view}
          value={view ?? 'cards'}
          data={[
            { value: 'cards', label: words.cards },
            { value: 'wall', label: words.wall },
          ]}
          onChange={(value) =>
            navigate({ search: (before) => ({ ...before, view: value === 'wall' ? ('wall' as const) : undefined }) })
          }
        />
        {mayCommand ? (
          <Button
            size="xs"
            variant="default"
            leftSection={full ? <IconEyeOff size="1rem" /> : <IconEye size="1rem" />}
            onClick={() => setFull(!full)}
          >
            {full ? common.hidePlates : common.showPlates}
          </Button>
        ) : (
          <span className={page.quiet}>{common.plateWithheld}</span>
        )}
      </PageHeader>
      <Stack gap="xl">
        {shown.map((siteId) => (
          <SiteSection
            key={siteId}
            siteId={siteId}
            mayCommand={mayCommand}
            loaded={link.kind === 'live'}
            onOpen={view === 'wall' ? openLane : undefined}
          />
        ))}
      </Stack>
      {opened && (
        <Suspense>
          <LaneDrawer lane={opened} mayCommand={mayCommand} onClose={() => openLane(undefined)} />
        </Suspense>
      )}
    </FullPlates>
  )
}

import { Button, EmptyState } from '@mantine/core'
import { IconListSearch, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useLanes } from '../../live/live-context.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import { LongList } from '../page/long-list.tsx'
import { OlderButton } from '../page/older-button.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { PlateSearchField } from '../page/plate-search.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { DecisionFilters } from './decision-filters.tsx'
import { DecisionRow } from './decision-row.tsx'
import { useDecisions } from './use-decisions.ts'

const DecisionDrawer = lazy(async () => ({ default: (await import('./decision-drawer.tsx')).DecisionDrawer }))

const route = getRouteApi('/activity')

/** What was decided, as it happens: narrowed down, paused, and back to where records begin. */
export function ActivityScreen() {
  const { activity } = useWords()
  const { gate, outcome, reason, decision } = route.useSearch()
  const navigate = route.useNavigate()
  const { chosen, shown } = useChosenSites()
  const lanes = useLanes(shown)
  const whole = useMay('operator')
  const [plate, setPlate] = useState('')
  const [paused, setPaused] = useState(false)
  const filter = useMemo(() => ({ siteId: chosen, gateId: gate, outcome, reason }), [chosen, gate, outcome, reason])
  const decisions = useDecisions(filter, plate, shown, paused)
  const clear = () => navigate({ search: ({ site }) => ({ site }) })
  return (
    <>
      <PageHeader title={activity.title}>
        <PlateSearchField label={activity.searchLabel} onSearch={setPlate} shortest={whole ? 3 : 1} />
        <DecisionFilters lanes={lanes} />
        <Button
          size="sm"
          variant={paused ? 'filled' : 'default'}
          leftSection={paused ? <IconPlayerPlay size="1rem" /> : <IconPlayerPause size="1rem" />}
          aria-pressed={paused}
          onClick={() => setPaused(!paused)}
        >
          {paused ? activity.resume : activity.pause}
        </Button>
        <span className={page.quiet} role="status" data-behind={decisions.behind || undefined}>
          {decisions.behind ? activity.paused : !paused && activity.following}
        </span>
      </PageHeader>
      {decisions.isPending && <ScreenSkeleton />}
      {decisions.isError && decisions.items.length === 0 && (
        <LoadFailed error={decisions.error} onRetry={decisions.refetch} />
      )}
      {decisions.isSuccess && decisions.items.length === 0 && (
        <EmptyState icon={<IconListSearch stroke={1.5} />} title={activity.none} description={activity.noneText}>
          <Button variant="default" onClick={clear}>
            {activity.clear}
          </Button>
        </EmptyState>
      )}
      {decisions.items.length > 0 && (
        <LongList
          items={decisions.items}
          keyOf={({ id }) => id}
          rowHeight={47}
          className={page.list}
          label={activity.title}
        >
          {(item, place) => (
            <DecisionRow
              key={item.id}
              decision={item}
              lane={lanes.find(({ gateId }) => gateId === item.gateId)}
              place={place}
            />
          )}
        </LongList>
      )}
      <OlderButton {...decisions} />
      {decision !== undefined && (
        <Suspense>
          <DecisionDrawer
            decisionId={decision}
            onClose={() => navigate({ search: (before) => ({ ...before, decision: undefined }), resetScroll: false })}
          />
        </Suspense>
      )}
    </>
  )
}

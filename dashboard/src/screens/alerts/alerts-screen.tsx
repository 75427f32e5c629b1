import { EmptyState, SegmentedControl } from '@mantine/core'
import { IconBellCheck } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { alertState } from '@turnpike/contracts/live-documents.ts'
import { useWords } from '../../i18n/language.ts'
import { useLanes } from '../../live/live-context.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import { OlderButton } from '../page/older-button.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { AlertRow } from './alert-row.tsx'
import { useAlerts } from './use-alerts.ts'

const route = getRouteApi('/alerts')

/** What somebody should look at, what is being looked at, and what was dealt with. */
export function AlertsScreen() {
  const { alerts: words } = useWords()
  const { state = 'open' } = route.useSearch()
  const navigate = route.useNavigate()
  const { chosen, shown } = useChosenSites()
  const lanes = useLanes(shown)
  const alerts = useAlerts(chosen, state, shown)
  return (
    <>
      <PageHeader title={words.title}>
        <SegmentedControl
          aria-label={words.state}
          value={state}
          data={alertState.options.map((value) => ({ value, label: words.states[value] }))}
          onChange={(value) => navigate({ search: (before) => ({ ...before, state: alertState.parse(value) }) })}
        />
      </PageHeader>
      {alerts.isPending && <ScreenSkeleton />}
      {alerts.isError && alerts.items.length === 0 && <LoadFailed error={alerts.error} onRetry={alerts.refetch} />}
      {alerts.isSuccess && alerts.items.length === 0 && (
        <EmptyState icon={<IconBellCheck stroke={1.5} />} title={words.none} description={words.noneText} />
      )}
      {alerts.items.length > 0 && (
        <ol className={page.list} aria-label={words.title}>
          {alerts.items.map((alert) => (
            <AlertRow key={alert.id} alert={alert} lane={lanes.find(({ gateId }) => gateId === alert.gateId)} />
          ))}
        </ol>
      )}
      <OlderButton {...alerts} />
    </>
  )
}

import { Button, EmptyState, SegmentedControl } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconRepeat } from '@tabler/icons-react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { validityState } from '@turnpike/contracts/values.ts'
import { lazy, Suspense, useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { LoadFailed } from '../page/load-failed.tsx'
import { OlderButton } from '../page/older-button.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { PlateSearchField } from '../page/plate-search.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { SubscriptionRow } from './subscription-row.tsx'
import styles from './subscriptions.module.css'
import { usePlans, useSubscriptions } from './use-subscriptions.ts'

const SubscriptionDialog = lazy(async () => ({
  default: (await import('./subscription-dialog.tsx')).SubscriptionDialog,
}))

const route = getRouteApi('/subscriptions')
const everyState = 'all'

/** Who has a right to park, by which plan, and how much of the pool is in use. */
export function SubscriptionsScreen() {
  const { subscriptions: words } = useMoneyWords()
  const { activity, blacklist } = useWords()
  const { state } = route.useSearch()
  const navigate = route.useNavigate()
  const { chosen } = useChosenSites()
  const operator = useMay('operator')
  const manager = useMay('manager')
  const [plate, setPlate] = useState('')
  const [creating, { open, close }] = useDisclosure(false)
  const subscriptions = useSubscriptions({ siteId: chosen, state, plate })
  const plans = usePlans()
  const nameOf = (planId: string) => plans.data?.find(({ id }) => id === planId)?.name ?? ''
  return (
    <>
      <PageHeader title={words.title}>
        <PlateSearchField
          label={operator ? activity.searchLabel : blacklist.searchLabel}
          onSearch={setPlate}
          shortest={operator ? 3 : 1}
        />
        <SegmentedControl
          aria-label={blacklist.state}
          value={state ?? everyState}
          data={[
            { value: everyState, label: blacklist.all },
            ...validityState.options.map((value) => ({ value, label: blacklist.states[value] })),
          ]}
          onChange={(value) =>
            navigate({ search: (before) => ({ ...before, state: validityState.safeParse(value).data }) })
          }
        />
        <Button variant="default" ml="auto" renderRoot={(props) => <Link to="/subscriptions/plans" {...props} />}>
          {words.plans}
        </Button>
        {manager && (
          <Button leftSection={<IconPlus size="1rem" />} onClick={open}>
            {words.create}
          </Button>
        )}
      </PageHeader>
      {subscriptions.isPending && <ScreenSkeleton />}
      {subscriptions.isError && subscriptions.items.length === 0 && (
        <LoadFailed error={subscriptions.error} onRetry={subscriptions.refetch} />
      )}
      {subscriptions.isSuccess && subscriptions.items.length === 0 && (
        <EmptyState icon={<IconRepeat stroke={1.5} />} title={words.none} description={words.noneText} />
      )}
      {subscriptions.items.length > 0 && (
        <ol className={`${page.list} ${page.table} ${styles.subscriptions}`} aria-label={words.title}>
          {subscriptions.items.map((subscription) => (
            <SubscriptionRow key={subscription.id} subscription={subscription} plan={nameOf(subscription.planId)} />
          ))}
        </ol>
      )}
      <OlderButton {...subscriptions} />
      {creating && (
        <Suspense>
          <SubscriptionDialog onClose={close} />
        </Suspense>
      )}
    </>
  )
}

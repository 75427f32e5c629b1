import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { providerList } from '@turnpike/contracts/provider-list.ts'
import type { SubscriptionActionRequest, SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import { lazy, Suspense, useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { useSiteNames } from '../../live/live-context.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { PlateText } from '../page/plate-text.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useZone } from '../page/use-zone.ts'
import { StatusBadge } from './subscription-row.tsx'
import styles from './subscriptions.module.css'
import { usePlans, useSubscription } from './use-subscriptions.ts'

const SubscriptionDialog = lazy(async () => ({
  default: (await import('./subscription-dialog.tsx')).SubscriptionDialog,
}))
const ActDialog = lazy(async () => ({ default: (await import('./act-dialog.tsx')).ActDialog }))

const route = getRouteApi('/subscriptions/$subscriptionId')

type Action = SubscriptionActionRequest['action']

/** One subscription: what holds, its vehicles, what of its pool is in use now, and what can be done. */
export function SubscriptionScreen() {
  const { subscriptionId } = route.useParams()
  const loaded = useSubscription(subscriptionId)
  if (loaded.isPending) return <ScreenSkeleton rows={4} />
  if (loaded.isError) return <LoadFailed error={loaded.error} onRetry={loaded.refetch} />
  return <Loaded subscription={loaded.data} />
}

function Loaded({ subscription }: { subscription: SubscriptionItem }) {
  const { subscriptions: words } = useMoneyWords()
  const manager = useMay('manager')
  const [asking, setAsking] = useState<Action | 'change'>()
  const { holder, provider, vehicles, placesTaken, poolSize } = subscription
  const plan = usePlans().data?.find(({ id }) => id === subscription.planId)
  const sites = useSiteNames(subscription.siteIds)
  const close = () => setAsking(undefined)
  return (
    <>
      <PageHeader title={holder}>
        <StatusBadge subscription={subscription} />
        {manager && <Actions subscription={subscription} onAsk={setAsking} />}
      </PageHeader>
      <dl className={page.facts}>
        <Fact term={words.plan}>{plan?.name}</Fact>
        <Fact term={words.pool}>
          <output className={styles.pool} data-places-taken={placesTaken}>
            {words.inUse(placesTaken, poolSize)}
          </output>
        </Fact>
        <Fact term={words.sites}>{sites.join(', ')}</Fact>
        <Fact term={words.collectedBy}>{provider === null ? words.nobody : providerList[provider].brand}</Fact>
        <Terms subscription={subscription} />
      </dl>
      <h2 className={page.heading}>{words.vehicles}</h2>
      <ul className={styles.plates} aria-label={words.vehicles}>
        {vehicles.map(({ plateId, plate }) => (
          <li key={plateId}>
            <PlateText plate={plate} />
          </li>
        ))}
      </ul>
      <Suspense>
        {asking === 'change' && <SubscriptionDialog subscription={subscription} onClose={close} />}
        {asking !== undefined && asking !== 'change' && (
          <ActDialog action={asking} subscription={subscription} onClose={close} />
        )}
      </Suspense>
    </>
  )
}

function Actions({
  subscription,
  onAsk,
}: {
  subscription: SubscriptionItem
  onAsk: (what: Action | 'change') => void
}) {
  const { subscriptions: words } = useMoneyWords()
  const { state, status, cancelAtPeriodEnd, collectionPaused, provider } = subscription
  if (state === 'ended' || status === 'cancelled') return null
  const paused = collectionPaused || status === 'paused'
  const offered: (Action | 'change')[] = [
    'change',
    paused ? 'resume' : 'pause',
    ...(cancelAtPeriodEnd ? (['keep'] as const) : provider !== null ? (['cancel_at_period_end'] as const) : []),
    'cancel_now',
  ]
  return (
    <div className={page.actions}>
      {offered.map((what) => (
        <Button key={what} variant="default" onClick={() => onAsk(what)}>
          {words.actions[what]}
        </Button>
      ))}
    </div>
  )
}

function Terms({ subscription }: { subscription: SubscriptionItem }) {
  const { subscriptions: words } = useMoneyWords()
  const format = useFormats()
  const timeZone = useZone(subscription.siteIds[0] ?? null)
  const { validFrom, validUntil, currentPeriodEnd, graceUntil, cancelAtPeriodEnd } = subscription
  const at = (instant: string) => format.dateTime(instant, timeZone)
  return (
    <>
      <Fact term={words.validFrom}>{at(validFrom)}</Fact>
      {validUntil !== null && <Fact term={words.validUntil}>{at(validUntil)}</Fact>}
      {currentPeriodEnd !== null && (
        <Fact term={cancelAtPeriodEnd ? words.endsOn : words.renewsOn}>{at(currentPeriodEnd)}</Fact>
      )}
      {graceUntil !== null && <Fact term={words.graceUntil}>{at(graceUntil)}</Fact>}
    </>
  )
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

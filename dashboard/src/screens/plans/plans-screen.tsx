import { Badge, Button, EmptyState } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconTags } from '@tabler/icons-react'
import type { PlanItem } from '@turnpike/contracts/subscription.ts'
import { lazy, Suspense } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { useSiteNames } from '../../live/live-context.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import styles from '../subscriptions/subscriptions.module.css'
import { usePlans } from '../subscriptions/use-subscriptions.ts'

const PlanDialog = lazy(async () => ({ default: (await import('./plan-dialog.tsx')).PlanDialog }))

/** What can be subscribed to, where, and for how much. */
export function PlansScreen() {
  const { plans: words } = useMoneyWords()
  const manager = useMay('manager')
  const plans = usePlans()
  const [creating, { open, close }] = useDisclosure(false)
  return (
    <>
      <PageHeader title={words.title}>
        {manager && (
          <Button leftSection={<IconPlus size="1rem" />} onClick={open} ml="auto">
            {words.create}
          </Button>
        )}
      </PageHeader>
      {plans.isPending && <ScreenSkeleton />}
      {plans.isError && <LoadFailed error={plans.error} onRetry={plans.refetch} />}
      {plans.data?.length === 0 && (
        <EmptyState icon={<IconTags stroke={1.5} />} title={words.none} description={words.noneText} />
      )}
      {plans.data !== undefined && plans.data.length > 0 && (
        <ol className={`${page.list} ${page.table} ${styles.plans}`} aria-label={words.title}>
          {plans.data.map((plan) => (
            <PlanRow key={plan.id} plan={plan} may={manager} />
          ))}
        </ol>
      )}
      {creating && (
        <Suspense>
          <PlanDialog onClose={close} />
        </Suspense>
      )}
    </>
  )
}

function PlanRow({ plan, may }: { plan: PlanItem; may: boolean }) {
  const { plans: words } = useMoneyWords()
  const format = useFormats()
  const sites = useSiteNames(plan.siteIds)
  const [changing, { open, close }] = useDisclosure(false)
  const { price } = plan
  return (
    <li className={page.row} data-plan-id={plan.id}>
      <span>{plan.name}</span>
      <span>
        {price === null
          ? words.noPrice
          : words.price(format.money(price.amountMinor, price.currency), price.period.every, price.period.unit)}
      </span>
      <span className={page.quiet}>{sites.join(', ')}</span>
      <span className={page.quiet}>{words.policies[plan.poolExhaustedPolicy]}</span>
      <div className={page.actions}>
        {plan.offeredPublicly && (
          <Badge variant="default" radius="sm">
            {words.offered}
          </Badge>
        )}
        {may && (
          <Button size="compact-sm" variant="default" onClick={open}>
            {words.change}
          </Button>
        )}
      </div>
      {changing && (
        <Suspense>
          <PlanDialog plan={plan} onClose={close} />
        </Suspense>
      )}
    </li>
  )
}

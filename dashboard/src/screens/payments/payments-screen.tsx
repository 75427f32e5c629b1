import { EmptyState, SegmentedControl } from '@mantine/core'
import { IconReceipt } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { LoadFailed } from '../page/load-failed.tsx'
import { OlderButton } from '../page/older-button.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { OrphanList } from './orphan-list.tsx'
import { PaymentRow } from './payment-row.tsx'
import styles from './payments.module.css'
import { usePayments } from './use-payments.ts'

const route = getRouteApi('/payments')

/** What drivers paid, and what providers told of that belongs to nothing we know. */
export function PaymentsScreen() {
  const { payments: words } = useMoneyWords()
  const { show } = route.useSearch()
  const navigate = route.useNavigate()
  const manager = useMay('manager')
  const orphans = manager && show === 'orphans'
  return (
    <>
      <PageHeader title={words.title}>
        {manager && (
          <SegmentedControl
            aria-label={words.show}
            value={orphans ? 'orphans' : 'payments'}
            data={[
              { value: 'payments', label: words.title },
              { value: 'orphans', label: words.orphans },
            ]}
            onChange={(value) =>
              navigate({ search: (before) => ({ ...before, show: value === 'orphans' ? value : undefined }) })
            }
          />
        )}
      </PageHeader>
      {orphans ? <OrphanList /> : <PaymentList />}
    </>
  )
}

function PaymentList() {
  const { payments: words } = useMoneyWords()
  const { chosen } = useChosenSites()
  const payments = usePayments({ siteId: chosen })
  return (
    <>
      {payments.isPending && <ScreenSkeleton />}
      {payments.isError && payments.items.length === 0 && (
        <LoadFailed error={payments.error} onRetry={payments.refetch} />
      )}
      {payments.isSuccess && payments.items.length === 0 && (
        <EmptyState icon={<IconReceipt stroke={1.5} />} title={words.none} description={words.noneText} />
      )}
      {payments.items.length > 0 && (
        <ol className={`${page.list} ${page.table} ${styles.payments}`} aria-label={words.title}>
          {payments.items.map((payment) => (
            <PaymentRow key={payment.id} payment={payment} />
          ))}
        </ol>
      )}
      <OlderButton {...payments} />
    </>
  )
}

import { Button, EmptyState } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCheck } from '@tabler/icons-react'
import type { OrphanItem } from '@turnpike/contracts/payment.ts'
import { providerList } from '@turnpike/contracts/provider-list.ts'
import { lazy, Suspense } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { LoadFailed } from '../page/load-failed.tsx'
import { OlderButton } from '../page/older-button.tsx'
import page from '../page/page.module.css'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useZone } from '../page/use-zone.ts'
import styles from './payments.module.css'
import { useOrphans } from './use-payments.ts'

const AdoptDialog = lazy(async () => ({ default: (await import('./adopt-dialog.tsx')).AdoptDialog }))
const DismissDialog = lazy(async () => ({ default: (await import('./dismiss-dialog.tsx')).DismissDialog }))

/** Notifications that refer to nothing we know, each to be given to whom it belongs, or set aside. */
export function OrphanList() {
  const { payments: words } = useMoneyWords()
  const orphans = useOrphans()
  return (
    <>
      {orphans.isPending && <ScreenSkeleton />}
      {orphans.isError && orphans.items.length === 0 && <LoadFailed error={orphans.error} onRetry={orphans.refetch} />}
      {orphans.isSuccess && orphans.items.length === 0 && (
        <EmptyState icon={<IconCheck stroke={1.5} />} title={words.noOrphans} description={words.noOrphansText} />
      )}
      {orphans.items.length > 0 && (
        <ol className={`${page.list} ${page.table} ${styles.orphans}`} aria-label={words.orphans}>
          {orphans.items.map((orphan) => (
            <OrphanRow key={orphan.id} orphan={orphan} />
          ))}
        </ol>
      )}
      <OlderButton {...orphans} />
    </>
  )
}

function OrphanRow({ orphan }: { orphan: OrphanItem }) {
  const { payments: words } = useMoneyWords()
  const format = useFormats()
  const timeZone = useZone(null)
  const admin = useMay('admin')
  const [adopting, adopt] = useDisclosure(false)
  const [dismissing, dismiss] = useDisclosure(false)
  const { change } = orphan
  const money = 'amountMinor' in change ? format.money(change.amountMinor, change.currency) : ''
  return (
    <li className={page.row} data-orphan-id={orphan.id}>
      <span>{format.dateTime(orphan.receivedAt, timeZone)}</span>
      <span>
        {providerList[orphan.provider].brand}: {orphan.eventType}{' '}
        <span className={page.quiet}>
          {change.kind === 'not_understood' ? change.reason : words.changes[change.kind]}
        </span>
      </span>
      <span className={styles.amount}>{money}</span>
      <div className={page.actions}>
        {change.kind === 'payment_captured' && (
          <Button size="compact-sm" variant="default" onClick={adopt.open}>
            {words.adopt}
          </Button>
        )}
        {admin && (
          <Button size="compact-sm" variant="default" onClick={dismiss.open}>
            {words.dismiss}
          </Button>
        )}
      </div>
      <Suspense>
        {adopting && <AdoptDialog orphan={orphan} onClose={adopt.close} />}
        {dismissing && <DismissDialog orphan={orphan} onClose={dismiss.close} />}
      </Suspense>
    </li>
  )
}

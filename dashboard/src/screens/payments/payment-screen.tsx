import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { PaymentItem, RefundItem } from '@turnpike/contracts/payment.ts'
import { providerList } from '@turnpike/contracts/provider-list.ts'
import { lazy, Suspense } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { useSite } from '../../live/live-context.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useZone } from '../page/use-zone.ts'
import { paidFor } from './payment-row.tsx'
import styles from './payments.module.css'
import { usePayment } from './use-payments.ts'

const RefundDialog = lazy(async () => ({ default: (await import('./refund-dialog.tsx')).RefundDialog }))

const route = getRouteApi('/payments/$paymentId')

/** One payment: what it paid, what went back, and the way to give some back. */
export function PaymentScreen() {
  const { paymentId } = route.useParams()
  const loaded = usePayment(paymentId)
  if (loaded.isPending) return <ScreenSkeleton rows={4} />
  if (loaded.isError) return <LoadFailed error={loaded.error} onRetry={loaded.refetch} />
  return <Loaded {...loaded.data} />
}

function Loaded({ payment, refunds }: { payment: PaymentItem; refunds: RefundItem[] }) {
  const { payments: words } = useMoneyWords()
  const format = useFormats()
  const site = useSite(payment.siteId)
  const timeZone = useZone(payment.siteId)
  const may = useMay('operator')
  const [asking, { open, close }] = useDisclosure(false)
  const { amountMinor, currency, sessionId, provider } = payment
  const left = amountMinor - wanted(refunds)
  return (
    <>
      <PageHeader title={words.one(format.money(amountMinor, currency))}>
        {may && left > 0 && (
          <Button variant="default" onClick={open} ml="auto">
            {words.refund}
          </Button>
        )}
      </PageHeader>
      <dl className={page.facts}>
        <div>
          <dt>{words.capturedAt}</dt>
          <dd>{format.dateTime(payment.capturedAt, timeZone)}</dd>
        </div>
        <div>
          <dt>{words.site}</dt>
          <dd>{site?.name}</dd>
        </div>
        <div>
          <dt>{words.forWhat}</dt>
          <dd>
            {sessionId === null ? (
              words.paidFor[paidFor(payment)]
            ) : (
              <Link className={page.link} to="/sessions/$sessionId" params={{ sessionId }}>
                {words.paidFor.stay}
              </Link>
            )}
          </dd>
        </div>
        <div>
          <dt>{providerList[provider].brand}</dt>
          <dd className={styles.reference}>{payment.factId}</dd>
        </div>
        <div>
          <dt>{words.receipt}</dt>
          <dd>
            <a className={page.link} href={`/receipt/${payment.id}`}>
              {words.openReceipt(payment.receiptNumber)}
            </a>
          </dd>
        </div>
      </dl>
      {payment.disputed && <p role="alert">{words.disputedText}</p>}
      <h2 className={page.heading}>{words.refunds}</h2>
      {refunds.length === 0 ? (
        <p className={page.quiet}>{words.noRefunds}</p>
      ) : (
        <ol className={`${page.list} ${page.table} ${styles.refunds}`} aria-label={words.refunds}>
          {refunds.map((refund) => (
            <RefundRow key={refund.id} refund={refund} timeZone={timeZone} />
          ))}
        </ol>
      )}
      {asking && (
        <Suspense>
          <RefundDialog payment={payment} leftMinor={left} onClose={close} />
        </Suspense>
      )}
    </>
  )
}

function RefundRow({ refund, timeZone }: { refund: RefundItem; timeZone: string }) {
  const { payments: words } = useMoneyWords()
  const format = useFormats()
  return (
    <li className={page.row} data-refund-state={refund.state}>
      <span>{format.dateTime(refund.at, timeZone)}</span>
      <span className={styles.amount}>{format.money(refund.amountMinor, refund.currency)}</span>
      <span>{words.refundStates[refund.state]}</span>
      <span className={page.quiet}>{[refund.reason ?? words.byOthers, refund.detail].filter(Boolean).join(' · ')}</span>
    </li>
  )
}

/** What is asked for or went back: together never more than the payment. */
function wanted(refunds: RefundItem[]): number {
  const counted = refunds.filter(({ state }) => state !== 'failed' && state !== 'refused')
  return counted.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
}

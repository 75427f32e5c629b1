import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { PaymentItem } from '@turnpike/contracts/payment.ts'
import { providerList } from '@turnpike/contracts/provider-list.ts'
import { useFormats } from '../../i18n/format.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { useSite } from '../../live/live-context.tsx'
import page from '../page/page.module.css'
import { useZone } from '../page/use-zone.ts'
import styles from './payments.module.css'

/** One payment on a line; its page has the rest. */
export function PaymentRow({ payment }: { payment: PaymentItem }) {
  const { payments: words } = useMoneyWords()
  const format = useFormats()
  const site = useSite(payment.siteId)
  const timeZone = useZone(payment.siteId)
  const { id, amountMinor, currency, refundedMinor, provider } = payment
  return (
    <li className={page.row} data-payment-id={id}>
      <Link className={page.link} to="/payments/$paymentId" params={{ paymentId: id }}>
        {format.dateTime(payment.capturedAt, timeZone)}
      </Link>
      <span>{site?.name}</span>
      <span className={page.quiet}>{words.paidFor[paidFor(payment)]}</span>
      <span>{providerList[provider].brand}</span>
      <span className={styles.amount}>{format.money(amountMinor, currency)}</span>
      <div className={page.actions}>
        {refundedMinor > 0 && (
          <Badge variant="default" radius="sm">
            {words.refundedOf(format.money(refundedMinor, currency))}
          </Badge>
        )}
        {payment.disputed && (
          <Badge color="red" variant="light" radius="sm">
            {words.disputed}
          </Badge>
        )}
      </div>
    </li>
  )
}

export function paidFor({ subscriptionId, sessionId }: PaymentItem): 'subscription' | 'stay' | 'credit' {
  if (subscriptionId !== null) return 'subscription'
  return sessionId === null ? 'credit' : 'stay'
}

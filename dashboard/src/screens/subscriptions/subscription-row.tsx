import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import page from '../page/page.module.css'
import styles from './subscriptions.module.css'

/** One subscription on a line; its page has the rest. */
export function SubscriptionRow({ subscription, plan }: { subscription: SubscriptionItem; plan: string }) {
  const { subscriptions: words } = useMoneyWords()
  const { id, holder, vehicles, placesTaken, poolSize } = subscription
  return (
    <li className={page.row} data-subscription-id={id} data-status={subscription.status}>
      <Link className={page.link} to="/subscriptions/$subscriptionId" params={{ subscriptionId: id }}>
        {holder}
      </Link>
      <span>{plan}</span>
      <span className={page.quiet}>{words.vehicleCount(vehicles.length)}</span>
      <span className={styles.pool}>{words.inUse(placesTaken, poolSize)}</span>
      <div className={page.actions}>
        <StatusBadge subscription={subscription} />
      </div>
    </li>
  )
}

/** The state in a word, and whether its vehicles may park in the colour. */
export function StatusBadge({ subscription }: { subscription: SubscriptionItem }) {
  const { subscriptions: words } = useMoneyWords()
  const { state, status, entitled, cancelAtPeriodEnd, collectionPaused } = subscription
  const said =
    state === 'ended'
      ? words.statuses.cancelled
      : cancelAtPeriodEnd
        ? words.endsWithPeriod
        : collectionPaused
          ? words.statuses.paused
          : words.statuses[status]
  return (
    <Badge color={entitled ? 'gray' : 'red'} variant={entitled ? 'default' : 'light'} radius="sm">
      {entitled ? said : `${said}: ${words.mayNotPark}`}
    </Badge>
  )
}

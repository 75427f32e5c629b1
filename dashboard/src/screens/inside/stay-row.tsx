import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { SessionItem } from '@turnpike/contracts/session.ts'
import type { BillNow } from '@turnpike/contracts/session-bill.ts'
import { memo } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useSite } from '../../live/live-context.tsx'
import type { RowPlace } from '../page/list-props.ts'
import page from '../page/page.module.css'
import { PlateText } from '../page/plate-text.tsx'
import { Owed } from './owed.tsx'
import { StayLength } from './stay-length.tsx'
import styles from './stay-row.module.css'

/** What the columns of `StayRow` are. */
export function StayHead() {
  const { columns } = useWords().inside
  return (
    <div className={`${page.head} ${styles.columns}`} aria-hidden="true">
      <span>{columns.plate}</span>
      <span>{columns.site}</span>
      <span>{columns.since}</span>
      <span>{columns.stay}</span>
      <span>{columns.owed}</span>
      <span>{columns.status}</span>
    </div>
  )
}

type Props = { stay: SessionItem; bill: BillNow | undefined; place: RowPlace }

/** One stay on a line; all of it leads to its page. */
export const StayRow = memo(function StayRow({ stay, bill, place }: Props) {
  const { inside } = useWords()
  const format = useFormats()
  const site = useSite(stay.siteId)
  const timeZone = site?.timeZone ?? 'UTC'
  return (
    <li {...place} className={`${page.row} ${styles.columns} ${styles.row}`} data-session-id={stay.id}>
      <Link className={styles.plate} to="/sessions/$sessionId" params={{ sessionId: stay.id }}>
        <PlateText plate={stay.plate} />
      </Link>
      <span className={styles.site}>{site?.name}</span>
      <time className={page.quiet} dateTime={stay.openedAt}>
        {format.dateTime(stay.openedAt, timeZone)}
      </time>
      <StayLength from={stay.openedAt} to={stay.closedAt} />
      <span className={styles.owed}>
        <Owed bill={bill} />
      </span>
      <span className={styles.marks}>
        {stay.needsReview && (
          <Badge color="yellow" variant="light" radius="sm">
            {inside.review}
          </Badge>
        )}
        {stay.subscriptionId !== null && (
          <Badge variant="default" radius="sm">
            {inside.subscribed}
          </Badge>
        )}
        {stay.paidUntil !== null && (
          <span className={page.quiet}>{inside.paidUntil(format.time(stay.paidUntil, timeZone))}</span>
        )}
        {stay.paidMinor > 0 && (
          <span className={page.quiet}>{inside.paid(format.money(stay.paidMinor, stay.currency))}</span>
        )}
      </span>
    </li>
  )
})

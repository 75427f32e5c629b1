import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { SessionItem } from '@turnpike/contracts/session.ts'
import { memo } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useSite } from '../../live/live-context.tsx'
import page from '../page/page.module.css'
import { PlateText } from '../page/plate-text.tsx'
import { StayLength } from './stay-length.tsx'
import styles from './stay-row.module.css'

/** One stay on a line; all of it leads to its page. */
export const StayRow = memo(function StayRow({ stay }: { stay: SessionItem }) {
  const { inside } = useWords()
  const format = useFormats()
  const site = useSite(stay.siteId)
  const timeZone = site?.timeZone ?? 'UTC'
  return (
    <li className={`${page.row} ${styles.row}`} data-session-id={stay.id}>
      <Link className={styles.plate} to="/sessions/$sessionId" params={{ sessionId: stay.id }}>
        <PlateText plate={stay.plate} />
      </Link>
      <span>{site?.name}</span>
      <time className={page.quiet} dateTime={stay.openedAt}>
        {format.dateTime(stay.openedAt, timeZone)}
      </time>
      <StayLength from={stay.openedAt} to={stay.closedAt} />
      <span className={styles.marks}>
        {stay.needsReview && (
          <Badge color="yellow" variant="light" radius="sm">
            {inside.review}
          </Badge>
        )}
        {stay.subscriptionId !== null && (
          <Badge color="gray" variant="outline" radius="sm">
            {inside.subscribed}
          </Badge>
        )}
        {stay.paidUntil !== null && (
          <span className={page.quiet}>{inside.paidUntil(format.time(stay.paidUntil, timeZone))}</span>
        )}
        {stay.paidMinor > 0 && <span>{format.money(stay.paidMinor, stay.currency)}</span>}
      </span>
    </li>
  )
})

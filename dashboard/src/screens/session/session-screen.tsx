import { Alert } from '@mantine/core'
import { IconAlertTriangle, IconArrowLeft } from '@tabler/icons-react'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useSite } from '../../live/live-context.tsx'
import { StayLength } from '../inside/stay-length.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import page from '../page/page.module.css'
import { PlateText } from '../page/plate-text.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { Bill } from './bill.tsx'
import styles from './session.module.css'
import { StayActions } from './stay-actions.tsx'
import { Timeline } from './timeline.tsx'
import { useStay } from './use-session.ts'

const route = getRouteApi('/sessions/$sessionId')

/** One stay: what happened, what it owes and why, and what can be put right. */
export function SessionScreen() {
  const { session: words, common } = useWords()
  const format = useFormats()
  const { sessionId } = route.useParams()
  const query = useStay(sessionId)
  const site = useSite(query.data?.session.siteId ?? '')
  const may = useMay('operator')
  if (query.isPending) return <ScreenSkeleton />
  if (!query.data) return <LoadFailed error={query.error} onRetry={query.refetch} />
  const { session, timeline } = query.data
  const timeZone = site?.timeZone ?? 'UTC'
  return (
    <div className={styles.page} data-session-state={session.state}>
      <header className={styles.header}>
        <Link to="/inside" className={`${page.link} ${styles.back}`}>
          <IconArrowLeft size="0.95rem" aria-hidden="true" /> {words.back}
        </Link>
        <h1 className={styles.title} aria-label={words.title(session.plate ?? common.plateErased)}>
          <PlateText plate={session.plate} /> <span className={page.quiet}>{site?.name}</span>
        </h1>
        {may && <StayActions session={session} timeZone={timeZone} />}
      </header>
      {session.needsReview && (
        <Alert color="yellow" icon={<IconAlertTriangle />} title={words.needsReview}>
          {words.needsReviewText}
        </Alert>
      )}
      <dl className={styles.facts}>
        <Fact name={words.state}>{words.states[session.state]}</Fact>
        <Fact name={words.stay}>
          <StayLength from={session.openedAt} to={session.closedAt} />
        </Fact>
        <Fact name={words.opened}>{format.dateTime(session.openedAt, timeZone)}</Fact>
        {session.closedAt !== null && <Fact name={words.closed}>{format.dateTime(session.closedAt, timeZone)}</Fact>}
        <Fact name={words.paid}>{format.money(session.paidMinor, session.currency)}</Fact>
        {timeline.bill !== null && (
          <Fact name={words.owedNow}>
            <strong data-owed-minor={timeline.bill.owedMinor}>
              {timeline.bill.settledBy === null
                ? format.money(timeline.bill.owedMinor, timeline.bill.currency)
                : words.settledBy[timeline.bill.settledBy]}
            </strong>
          </Fact>
        )}
      </dl>
      {timeline.bill !== null && timeline.bill.owedMinor > 0 && (
        <section className={styles.card} aria-labelledby="bill-title">
          <h2 id="bill-title">{words.price}</h2>
          <Bill lines={timeline.bill.lines} currency={timeline.bill.currency} totalMinor={timeline.bill.owedMinor} />
        </section>
      )}
      <section className={styles.card} aria-labelledby="timeline-title">
        <h2 id="timeline-title">{words.timeline}</h2>
        <Timeline entries={timeline.items} siteId={session.siteId} timeZone={timeZone} />
      </section>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

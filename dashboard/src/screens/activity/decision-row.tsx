import { Link } from '@tanstack/react-router'
import type { DecisionItem } from '@turnpike/contracts/decision.ts'
import { memo } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { type Lane, useSite } from '../../live/live-context.tsx'
import { Mode } from '../lanes/decision-view.tsx'
import { OutcomeMark } from '../lanes/outcome-mark.tsx'
import type { RowPlace } from '../page/list-props.ts'
import page from '../page/page.module.css'
import { PlateText } from '../page/plate-text.tsx'
import styles from './decision-row.module.css'

/** One decision on a line. All of it leads to why it was taken. */
export const DecisionRow = memo(function DecisionRow(props: {
  decision: DecisionItem
  lane: Lane | undefined
  place: RowPlace
}) {
  const { decision, lane, place } = props
  const words = useWords()
  const format = useFormats()
  const site = useSite(decision.siteId)
  const timeZone = site?.timeZone ?? 'UTC'
  return (
    <li
      {...place}
      className={`${page.row} ${styles.row}`}
      data-decision-id={decision.id}
      data-outcome={decision.outcome}
    >
      <time className={page.quiet} dateTime={decision.createdAt}>
        {format.dateTime(decision.createdAt, timeZone)}
      </time>
      <span className={styles.outcome}>
        <OutcomeMark outcome={decision.outcome} />
        {words.outcomes[decision.outcome]}
      </span>
      <PlateText plate={decision.read.plate} />
      <span className={styles.lane}>
        {lane?.name ?? words.activity.gate} <span className={page.quiet}>{site?.name}</span>
      </span>
      <span className={styles.reason}>
        {words.reasons[decision.reason]} {decision.mode !== 'normal' && <Mode mode={decision.mode} />}
      </span>
      <Link
        className={`${page.link} ${styles.why}`}
        to="/activity"
        search={(before) => ({ ...before, decision: decision.id })}
        resetScroll={false}
      >
        {words.activity.why}
      </Link>
    </li>
  )
})

import { IconHourglassHigh } from '@tabler/icons-react'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { stopwatch } from '../../format/time.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useServerNow } from '../../live/live-context.tsx'
import styles from './band.module.css'

/** The car that stands at this exit, for how long, and what it owes. */
export function WaitingBand({ waiting }: { waiting: NonNullable<GateDocument['waiting']> }) {
  const now = useServerNow()
  const { lanes } = useWords()
  const format = useFormats()
  return (
    <div className={styles.band} data-waiting>
      <IconHourglassHigh size="1rem" stroke={1.8} aria-hidden="true" />
      <span>
        {lanes.waiting} <span role="timer">{stopwatch((now - new Date(waiting.since).getTime()) / 1000)}</span>
      </span>
      <strong className={styles.end}>{lanes.owes(format.money(waiting.amountMinor, waiting.currency))}</strong>
    </div>
  )
}

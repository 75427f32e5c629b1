import { IconHourglassHigh } from '@tabler/icons-react'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { formatMoney } from '../../format/money.ts'
import { stopwatch } from '../../format/time.ts'
import { useServerNow } from '../../live/live-context.tsx'
import styles from './band.module.css'

/** The car that stands at this exit, for how long, and what it owes. */
export function WaitingBand({ waiting }: { waiting: NonNullable<GateDocument['waiting']> }) {
  const now = useServerNow()
  return (
    <div className={styles.band} data-waiting>
      <IconHourglassHigh size="1rem" stroke={1.8} aria-hidden="true" />
      <span>
        Waiting <span role="timer">{stopwatch((now - new Date(waiting.since).getTime()) / 1000)}</span>
      </span>
      <strong className={styles.end}>owes {formatMoney(waiting.amountMinor, waiting.currency)}</strong>
    </div>
  )
}

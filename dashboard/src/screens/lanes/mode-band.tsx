import { IconBarrierBlock, IconLockOpen } from '@tabler/icons-react'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { stopwatch, timeOfDay } from '../../format/time.ts'
import { useServerNow } from '../../live/live-context.tsx'
import styles from './band.module.css'

const modes = {
  held_open: { word: 'Held open', Icon: IconLockOpen },
  blocked: { word: 'Blocked', Icon: IconBarrierBlock },
}

type Props = { mode: keyof typeof modes; holdUntil: GateDocument['holdUntil']; timeZone: string }

/** That a barrier is held open or blocked, and how long this still lasts. */
export function ModeBand({ mode, holdUntil, timeZone }: Props) {
  const now = useServerNow()
  const { word, Icon } = modes[mode]
  return (
    <div className={styles.band} data-barrier-mode={mode}>
      <Icon size="1rem" stroke={1.8} aria-hidden="true" />
      <strong>
        {word}
        {holdUntil && ` until ${timeOfDay(holdUntil, timeZone)}`}
      </strong>
      {holdUntil && (
        <span className={styles.end} role="timer">
          {stopwatch((new Date(holdUntil).getTime() - now) / 1000)}
        </span>
      )}
    </div>
  )
}

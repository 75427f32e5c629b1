import { IconBarrierBlock, IconLockOpen } from '@tabler/icons-react'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { stopwatch } from '../../format/time.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useServerNow } from '../../live/live-context.tsx'
import styles from './band.module.css'

const icons = { held_open: IconLockOpen, blocked: IconBarrierBlock }

type Props = { mode: keyof typeof icons; holdUntil: GateDocument['holdUntil']; timeZone: string }

/** That a barrier is held open or blocked, and how long this still lasts. */
export function ModeBand({ mode, holdUntil, timeZone }: Props) {
  const now = useServerNow()
  const { lanes } = useWords()
  const format = useFormats()
  const word = mode === 'held_open' ? lanes.heldOpen : lanes.blocked
  const Icon = icons[mode]
  return (
    <div className={styles.band} data-barrier-mode={mode}>
      <Icon size="1rem" stroke={1.8} aria-hidden="true" />
      <strong>{holdUntil ? lanes.until(word, format.time(holdUntil, timeZone)) : word}</strong>
      {holdUntil && (
        <span className={styles.end} role="timer">
          {stopwatch((new Date(holdUntil).getTime() - now) / 1000)}
        </span>
      )}
    </div>
  )
}

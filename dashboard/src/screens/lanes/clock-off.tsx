import { Tooltip } from '@mantine/core'
import { span } from '../../format/time.ts'
import { useWords } from '../../i18n/language.ts'
import type { CameraClock } from './camera-clock.ts'
import styles from './gate-card.module.css'

/** That the clock of a camera is not ours: ahead is +, behind is −. */
export function ClockOff({ clock: { offSeconds, jumped } }: { clock: CameraClock }) {
  const { lanes } = useWords()
  const off = `${offSeconds < 0 ? '−' : '+'}${span(Math.abs(offSeconds))}`
  return (
    <Tooltip label={jumped ? lanes.clockJumpedDetail : lanes.clockOffDetail} multiline maw={260}>
      <span className={styles.clock} data-clock={jumped ? 'jumped' : 'off'}>
        {jumped ? `${lanes.clockJumped} ${off}` : lanes.clockOff(off)}
      </span>
    </Tooltip>
  )
}

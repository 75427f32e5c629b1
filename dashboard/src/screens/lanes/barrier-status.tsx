import {
  IconAlertTriangle,
  IconBarrierBlock,
  IconFlame,
  IconLineDashed,
  IconLockOpen,
  IconMinus,
  IconSlash,
} from '@tabler/icons-react'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { timeOfDay } from '../../format/time.ts'
import styles from './barrier-status.module.css'

const modes = {
  normal: undefined,
  held_open: { word: 'Held open', Icon: IconLockOpen },
  blocked: { word: 'Blocked', Icon: IconBarrierBlock },
}

const observed = {
  open: { word: 'Open', Icon: IconSlash },
  closed: { word: 'Closed', Icon: IconMinus },
  held_by_fire_input: { word: 'Held by fire input', Icon: IconFlame },
  fault: { word: 'Fault', Icon: IconAlertTriangle },
  unreported: { word: 'Not reported', Icon: IconLineDashed },
}

/** What the barrier was told to be (only when that is not normal) and what it reports to be. */
export function BarrierStatus({ gate, timeZone }: { gate: GateDocument; timeZone: string }) {
  const mode = modes[gate.barrierMode]
  const state = gate.observedState ?? 'unreported'
  const { word, Icon } = observed[state]
  return (
    <div className={styles.status}>
      {mode && (
        <span className={styles.mode} data-barrier-mode={gate.barrierMode}>
          <mode.Icon size={14} stroke={1.9} aria-hidden="true" />
          {mode.word}
          {gate.holdUntil && ` until ${timeOfDay(gate.holdUntil, timeZone)}`}
        </span>
      )}
      <span className={styles.observed} data-observed-state={state} title="What the barrier reports">
        <Icon size={15} stroke={2} aria-hidden="true" />
        {word}
      </span>
    </div>
  )
}

import { IconAlertTriangle, IconFlame, IconLineDashed, IconMinus, IconSlash } from '@tabler/icons-react'
import type { ObservedState as State } from '@turnpike/contracts/gate-command.ts'
import styles from './observed-state.module.css'

const states = {
  open: { word: 'Open', Icon: IconSlash },
  closed: { word: 'Closed', Icon: IconMinus },
  held_by_fire_input: { word: 'Held by fire input', Icon: IconFlame },
  fault: { word: 'Fault', Icon: IconAlertTriangle },
  unreported: { word: 'Not reported', Icon: IconLineDashed },
}

/** What the barrier itself reports to be, which may differ from what it was told. */
export function ObservedState({ state }: { state: State | null }) {
  const { word, Icon } = states[state ?? 'unreported']
  return (
    <span className={styles.observed} data-observed-state={state ?? 'unreported'} title="What the barrier reports">
      <Icon size="0.9375rem" stroke={2} aria-hidden="true" />
      {word}
    </span>
  )
}

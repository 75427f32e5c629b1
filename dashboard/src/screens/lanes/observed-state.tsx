import { IconAlertTriangle, IconFlame, IconLineDashed, IconMinus, IconSlash } from '@tabler/icons-react'
import type { ObservedState as State } from '@turnpike/contracts/gate-command.ts'
import { useWords } from '../../i18n/language.ts'
import styles from './observed-state.module.css'

const icons = {
  open: IconSlash,
  closed: IconMinus,
  held_by_fire_input: IconFlame,
  fault: IconAlertTriangle,
  unreported: IconLineDashed,
}

/** What the barrier itself reports to be, which may differ from what it was told. */
export function ObservedState({ state }: { state: State | null }) {
  const { lanes } = useWords()
  const shown = state ?? 'unreported'
  const Icon = icons[shown]
  return (
    <span className={styles.observed} data-observed-state={shown} title={lanes.barrierReports}>
      <Icon size="0.9375rem" stroke={2} aria-hidden="true" />
      {lanes.observed[shown]}
    </span>
  )
}

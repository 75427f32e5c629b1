import { UnstyledButton } from '@mantine/core'
import { memo } from 'react'
import { stopwatch } from '../../format/time.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useEachServerSecond, useGate } from '../../live/live-context.tsx'
import { useCurrentWait } from './current-wait.ts'
import { useShownPlate } from './full-plates.tsx'
import { OutcomeMark } from './outcome-mark.tsx'
import styles from './wall-tile.module.css'

type Props = { siteId: string; gateId: string; onOpen: (gateId: string) => void }

/** One lane among hundreds: who is there, what was answered, and what of it calls for somebody. Its card is one press away. */
export const WallTile = memo(function WallTile({ siteId, gateId, onOpen }: Props) {
  const words = useWords()
  const gate = useGate(siteId, gateId)
  const waiting = useCurrentWait(gate?.waiting ?? null)
  if (!gate) return null
  const { lastDecision: decision, barrierMode, observedState } = gate
  const loud = decision !== null && decision.movedOnAt === null
  return (
    <UnstyledButton
      className={styles.tile}
      data-gate-id={gateId}
      data-outcome={decision?.outcome}
      data-loud={loud || undefined}
      onClick={() => onOpen(gateId)}
    >
      <span className={styles.name}>{gate.name}</span>
      {decision && (
        <span className={styles.mark}>
          <OutcomeMark outcome={decision.outcome} />
          <span className={styles.hidden}>{words.outcomes[decision.outcome]}</span>
        </span>
      )}
      {decision ? <Plate decision={decision} /> : <span className={styles.plate}>–</span>}
      {waiting && <Waits waiting={waiting} />}
      {decision?.mode === 'fallback' && loud && <span className={styles.note}>{words.modes.fallback}</span>}
      {barrierMode !== 'normal' && (
        <span className={styles.note} data-grave={barrierMode === 'blocked' || undefined}>
          {barrierMode === 'held_open' ? words.lanes.heldOpen : words.lanes.blocked}
          {gate.holdUntil && <Left until={gate.holdUntil} />}
        </span>
      )}
      {(observedState === 'fault' || observedState === 'held_by_fire_input') && (
        <span className={styles.note} data-grave>
          {words.lanes.observed[observedState]}
        </span>
      )}
    </UnstyledButton>
  )
})

function Plate({ decision }: { decision: { id: string; plateMasked: string } }) {
  return <span className={styles.plate}>{useShownPlate(decision)}</span>
}

function Waits({ waiting }: { waiting: { since: string; amountMinor: number; currency: string } }) {
  const { lanes } = useWords()
  const format = useFormats()
  const clock = useEachServerSecond((now) => stopwatch((now - Date.parse(waiting.since)) / 1000))
  return (
    <span className={styles.note} data-waiting>
      {lanes.waiting} {clock} · {format.money(waiting.amountMinor, waiting.currency)}
    </span>
  )
}

function Left({ until }: { until: string }) {
  const clock = useEachServerSecond((now) => stopwatch((Date.parse(until) - now) / 1000))
  return <span role="timer">{clock}</span>
}

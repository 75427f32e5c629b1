import { IconArrowBarRight, IconArrowBarToRight, IconCamera } from '@tabler/icons-react'
import { memo } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useGate } from '../../live/live-context.tsx'
import { Ago } from './ago.tsx'
import { clockOf } from './camera-clock.ts'
import { ClockOff } from './clock-off.tsx'
import { CommandView } from './command-view.tsx'
import { useCurrentWait } from './current-wait.ts'
import { DecisionView } from './decision-view.tsx'
import { isBeforeCar } from './earlier-command.ts'
import styles from './gate-card.module.css'
import { LaneCommands } from './lane-commands.tsx'
import { ModeBand } from './mode-band.tsx'
import { ObservedState } from './observed-state.tsx'
import { useShownCommand } from './use-shown-command.ts'
import { WaitingBand } from './waiting-band.tsx'

const directionIcons = { entry: IconArrowBarToRight, exit: IconArrowBarRight }

type Props = { siteId: string; gateId: string; timeZone: string; mayCommand: boolean }

/** One lane as it is now. Re-rendered only when its own document changes, or a wait runs out. */
export const GateCard = memo(function GateCard({ siteId, gateId, timeZone, mayCommand }: Props) {
  const { lanes } = useWords()
  const gate = useGate(siteId, gateId)
  const { shown, setSent } = useShownCommand(gate)
  const waiting = useCurrentWait(gate?.waiting ?? null)
  if (!gate) return null
  const Icon = directionIcons[gate.direction]
  const clock = clockOf(gate.camera)
  const titleId = `gate-${gateId}`
  return (
    <article
      className={styles.card}
      aria-labelledby={titleId}
      data-gate-id={gateId}
      data-direction={gate.direction}
      data-outcome={gate.lastDecision?.outcome}
      data-decision-id={gate.lastDecision?.id}
      data-moved-on={gate.lastDecision?.movedOnAt ? '' : undefined}
    >
      <header className={styles.header}>
        <Icon size="1.125rem" stroke={1.8} className={styles.direction} role="img" aria-label={lanes[gate.direction]} />
        <h3 id={titleId} className={styles.name}>
          {gate.name}
        </h3>
        <ObservedState state={gate.observedState} />
      </header>
      {gate.barrierMode !== 'normal' && (
        <ModeBand mode={gate.barrierMode} holdUntil={gate.holdUntil} timeZone={timeZone} />
      )}
      <DecisionView decision={gate.lastDecision} timeZone={timeZone} />
      {waiting && <WaitingBand waiting={waiting} />}
      <footer className={styles.footer}>
        <CommandView command={shown} earlier={shown !== null && isBeforeCar(shown, gate)} timeZone={timeZone} />
        <div className={styles.bottom}>
          <p className={styles.camera}>
            <IconCamera size="0.9375rem" stroke={1.7} aria-hidden="true" />
            {!gate.camera && lanes.noCamera}
            {gate.camera && !gate.camera.lastSeenAt && lanes.cameraNeverSeen}
            {gate.camera?.lastSeenAt && (
              <span>
                {lanes.cameraSeen} <Ago at={gate.camera.lastSeenAt} timeZone={timeZone} />
              </span>
            )}
            {clock && <ClockOff clock={clock} />}
          </p>
          {mayCommand && (
            <LaneCommands gateId={gateId} gate={gate} timeZone={timeZone} urgent={waiting !== null} onSent={setSent} />
          )}
        </div>
      </footer>
    </article>
  )
})

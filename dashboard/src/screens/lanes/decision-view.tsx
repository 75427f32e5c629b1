import { Tooltip } from '@mantine/core'
import { reasonTexts } from '@turnpike/contracts/decision.ts'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { useWords } from '../../i18n/language.ts'
import { Ago } from './ago.tsx'
import styles from './decision-view.module.css'
import { useShownPlate } from './full-plates.tsx'
import { OutcomeMark } from './outcome-mark.tsx'

type Decision = NonNullable<GateDocument['lastDecision']>

/**
 * The last decision at a gate: outcome, plate as far as it may be shown, why, and how sure the camera was. Loud while its vehicle
 * may be there, quiet once it has moved on.
 */
export function DecisionView({ decision, timeZone }: { decision: Decision | null; timeZone: string }) {
  const words = useWords()
  if (!decision) return <p className={styles.none}>{words.lanes.noDecision}</p>
  const { outcome, reason, mode, confidence, at, movedOnAt } = decision
  return (
    <div className={styles.decision} data-outcome={outcome} data-moved-on={movedOnAt ? '' : undefined}>
      <OutcomeMark outcome={outcome} />
      <div className={styles.body}>
        <div className={styles.line}>
          <strong className={styles.outcome}>{words.outcomes[outcome]}</strong>
          <span className={styles.age}>
            {movedOnAt && `${words.lanes.movedOn} `}
            <Ago at={movedOnAt ?? at} timeZone={timeZone} />
          </span>
        </div>
        <div className={styles.line}>
          <ShownPlate decision={decision} />
          <Confidence value={confidence} />
          {mode !== 'normal' && <Mode mode={mode} />}
        </div>
        <p className={styles.reason}>
          {words.reasons[reason]}
          {!movedOnAt && (
            <span className={styles.display} title={words.lanes.displaySays}>
              “{reasonTexts[reason]}”
            </span>
          )}
        </p>
      </div>
    </div>
  )
}

/** The plate as it is on the car, as far as it is shown. */
export function ShownPlate({ decision }: { decision: Pick<Decision, 'id' | 'plateMasked'> }) {
  const { common } = useWords()
  const plate = useShownPlate(decision)
  return (
    <span
      className={styles.plate}
      role="img"
      aria-label={common.plate(plate.replace(/•+/, ` ${common.hidden} `))}
      data-plate-masked={decision.plateMasked}
    >
      {plate}
    </span>
  )
}

/** Below this a person should look twice. Gates wait for a better read below their own `minConfidence`, which is lower. */
const unsureBelow = 0.8

function Confidence({ value }: { value: number | null }) {
  const words = useWords()
  if (value === null) return null
  const percent = `${Math.round(value * 100)} %`
  return (
    <span className={styles.confidence} data-unsure={value < unsureBelow || undefined}>
      {value < unsureBelow ? words.lanes.unsure(percent) : percent}
      <span className={styles.hidden}> {words.lanes.confidence}</span>
    </span>
  )
}

/** That a decision was not made as usual, and what that means. */
export function Mode({ mode }: { mode: 'fallback' | 'history' }) {
  const { modes } = useWords()
  return (
    <Tooltip label={modes[`${mode}Detail`]} multiline maw={260}>
      <span className={styles.mode}>{modes[mode]}</span>
    </Tooltip>
  )
}

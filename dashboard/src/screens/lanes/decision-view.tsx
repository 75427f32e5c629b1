import { Tooltip } from '@mantine/core'
import { reasonTexts } from '@turnpike/contracts/decision.ts'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { Ago } from './ago.tsx'
import styles from './decision-view.module.css'
import { OutcomeMark, outcomeWords } from './outcome-mark.tsx'
import { reasonWords } from './reason-words.ts'

type Decision = NonNullable<GateDocument['lastDecision']>

/**
 * The last decision at a gate: outcome, plate as far as it may be shown, why, and how sure the camera was. Loud while its vehicle
 * may be there, quiet once it has moved on.
 */
export function DecisionView({ decision, timeZone }: { decision: Decision | null; timeZone: string }) {
  if (!decision) return <p className={styles.none}>No vehicle has been decided here yet.</p>
  const { outcome, reason, mode, plateMasked, confidence, at, movedOnAt } = decision
  return (
    <div className={styles.decision} data-outcome={outcome} data-moved-on={movedOnAt ? '' : undefined}>
      <OutcomeMark outcome={outcome} />
      <div className={styles.body}>
        <div className={styles.line}>
          <strong className={styles.outcome}>{outcomeWords[outcome]}</strong>
          <span className={styles.age}>
            {movedOnAt && 'Moved on '}
            <Ago at={movedOnAt ?? at} timeZone={timeZone} />
          </span>
        </div>
        <div className={styles.line}>
          <span className={styles.plate} role="img" aria-label={`Plate ${plateMasked.replace(/•+/, ' hidden ')}`}>
            {plateMasked}
          </span>
          <Confidence value={confidence} />
          {mode !== 'normal' && <Mode mode={mode} />}
        </div>
        <p className={styles.reason}>
          {reasonWords(reason)}
          {!movedOnAt && (
            <span className={styles.display} title="What the lane display says">
              “{reasonTexts[reason]}”
            </span>
          )}
        </p>
      </div>
    </div>
  )
}

/** Below this a person should look twice. Gates wait for a better read below their own `minConfidence`, which is lower. */
const unsureBelow = 0.8

function Confidence({ value }: { value: number | null }) {
  if (value === null) return null
  const percent = `${Math.round(value * 100)} %`
  return (
    <span className={styles.confidence} data-unsure={value < unsureBelow || undefined}>
      {value < unsureBelow ? `unsure, ${percent}` : percent}
      <span className={styles.hidden}> camera confidence</span>
    </span>
  )
}

const modes = {
  fallback: { word: 'Fallback', detail: 'The core could not answer in time: the failure policy of this gate decided.' },
  history: { word: 'Late read', detail: 'The read arrived too late to move anything. It is kept for the record.' },
}

function Mode({ mode }: { mode: keyof typeof modes }) {
  return (
    <Tooltip label={modes[mode].detail} multiline maw={260}>
      <span className={styles.mode}>{modes[mode].word}</span>
    </Tooltip>
  )
}

import { IconCheck, IconHelpCircle, IconHourglassHigh, IconX } from '@tabler/icons-react'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { Ago } from './ago.tsx'
import styles from './command-view.module.css'
import { commandReasonWords } from './reason-words.ts'

export type ShownCommand = NonNullable<GateDocument['lastCommand']>

export const actionWords = { open: 'Open', hold_open: 'Hold open', block: 'Block', release: 'Release' } as const

const results = {
  pending: { word: 'pending', Icon: IconHourglassHigh },
  executed: { word: 'executed', Icon: IconCheck },
  failed: { word: 'failed', Icon: IconX },
  unknown: { word: 'result unknown', Icon: IconHelpCircle },
}

type Props = { command: ShownCommand | null; earlier: boolean; timeZone: string }

/**
 * The newest instruction to the barrier and what the barrier reported of it. Without a report it is pending, never done.
 * @param props.earlier it was given before the car that is shown: quiet, or it would look like that car's
 */
export function CommandView({ command, earlier, timeZone }: Props) {
  if (!command) return <p className={styles.command}>No command yet</p>
  const result = command.outcome ?? 'pending'
  const { word, Icon } = results[result]
  const reason = commandReasonWords(command.reason)
  return (
    <p
      className={styles.command}
      role="status"
      aria-label="Last command"
      data-command-result={result}
      data-earlier={earlier || undefined}
    >
      <span className={styles.result}>
        <Icon size="0.9375rem" stroke={2.1} aria-hidden="true" />
        {actionWords[command.action]} {word}
      </span>
      <span className={styles.reason} title={command.detail ? `${reason} (${command.detail})` : reason}>
        {earlier && 'before this car · '}
        {result === 'failed' && command.detail ? command.detail : reason}
      </span>
      <span className={styles.age} aria-live="off">
        <Ago at={command.issuedAt} timeZone={timeZone} />
      </span>
    </p>
  )
}

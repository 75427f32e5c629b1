import { IconCheck, IconHelpCircle, IconHourglassHigh, IconX } from '@tabler/icons-react'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { useWords } from '../../i18n/language.ts'
import { Ago } from './ago.tsx'
import styles from './command-view.module.css'
import { commandReasonWords } from './reason-words.ts'

export type ShownCommand = NonNullable<GateDocument['lastCommand']>

const results = {
  pending: IconHourglassHigh,
  executed: IconCheck,
  failed: IconX,
  unknown: IconHelpCircle,
}

type Props = { command: ShownCommand | null; earlier: boolean; timeZone: string }

/**
 * The newest instruction to the barrier and what the barrier reported of it. Without a report it is pending, never done.
 * @param props.earlier it was given before the car that is shown: quiet, or it would look like that car's
 */
export function CommandView({ command, earlier, timeZone }: Props) {
  const words = useWords()
  if (!command) return <p className={styles.command}>{words.commands.none}</p>
  const result = command.outcome ?? 'pending'
  const Icon = results[result]
  const reason = commandReasonWords(command.reason, words)
  return (
    <p
      className={styles.command}
      role="status"
      aria-label={words.commands.last}
      data-command-result={result}
      data-earlier={earlier || undefined}
    >
      <span className={styles.result}>
        <Icon size="0.9375rem" stroke={2.1} aria-hidden="true" />
        {words.commands.actions[command.action]} {words.commands.results[result]}
      </span>
      <span className={styles.reason} title={command.detail ? `${reason} (${command.detail})` : reason}>
        {earlier && `${words.commands.beforeThisCar} · `}
        {result === 'failed' && command.detail ? command.detail : reason}
      </span>
      <span className={styles.age} aria-live="off">
        <Ago at={command.issuedAt} timeZone={timeZone} />
      </span>
    </p>
  )
}

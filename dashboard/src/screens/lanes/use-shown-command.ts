import type { CommandItem } from '@turnpike/contracts/gate-command.ts'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { useEffect, useState } from 'react'
import { words } from '../../i18n/language.ts'
import { type Notification, notify } from '../shell/notify.ts'
import type { ShownCommand } from './command-view.tsx'

/**
 * The command to show for a gate: the one just sent from here until the live document knows it, then the document's. When the
 * barrier reports on a command sent from here, a notification says so, wherever the page is scrolled to.
 */
export function useShownCommand(gate: GateDocument | undefined) {
  const [sent, setSent] = useState<CommandItem>()
  const reported = gate?.lastCommand ?? null
  useEffect(() => {
    if (!sent || !reported) return
    if (reported.id !== sent.id) {
      if (reported.issuedAt > sent.issuedAt) setSent(undefined)
      return
    }
    if (reported.outcome === null) return
    setSent(undefined)
    notify(notificationOf(gate?.name ?? '', reported))
  }, [sent, reported, gate?.name])
  return { shown: newer(sent, reported), setSent }
}

function newer(sent: CommandItem | undefined, reported: ShownCommand | null): ShownCommand | null {
  if (!sent || sent.id === reported?.id) return reported
  return reported && reported.issuedAt > sent.issuedAt ? reported : sent
}

function notificationOf(title: string, { action, outcome, detail }: ShownCommand): Notification {
  const { actions, done, failed, unknown } = words().commands
  const command = actions[action]
  if (outcome === 'executed') return { color: 'green', title, message: done(command) }
  if (outcome === 'failed') return { color: 'red', title, message: failed(command, detail), stays: true }
  return { color: 'yellow', title, message: unknown(command), stays: true }
}

import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import type { ShownCommand } from './command-view.tsx'

type Gate = Pick<GateDocument, 'lastDecision' | 'barrierMode'>

const lasting = { hold_open: 'held_open', block: 'blocked', open: undefined, release: undefined } as const

/** Whether a command was given before the car that the gate decided on last, and says nothing about that car. */
export function isBeforeCar(command: ShownCommand, { lastDecision, barrierMode }: Gate): boolean {
  if (lastDecision === null || Date.parse(command.issuedAt) >= Date.parse(lastDecision.at)) return false
  if (lasting[command.action] === barrierMode) return false
  // A car that paid and is read again before it drives off gets an ALLOW but no second command: the one before is its own.
  return lastDecision.outcome !== 'ALLOW' || lastDecision.reason === 'held_open'
}

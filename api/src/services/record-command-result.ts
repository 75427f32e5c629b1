import type { CommandResult } from '@turnpike/contracts/gate-command.ts'
import { Refusal } from '../errors.ts'
import { change, unchanged } from '../repositories/change.ts'
import { lockCommand, setCommandOutcome } from '../repositories/commands.ts'
import type { GateRow } from '../repositories/gates.ts'
import type { Deps } from './deps.ts'
import { keepReport } from './fallback/keep-report.ts'

/**
 * Stores what a controller says became of a command. The first result wins: an equal repeat is accepted, a different one is a
 * conflict. Only `unknown`, which is no knowledge, yields to a definite result that comes late.
 */
export async function recordCommandResult(
  deps: Deps,
  { id: gateId, siteId }: GateRow,
  commandId: string,
  result: CommandResult,
  requestId: string,
): Promise<void> {
  const at = deps.now()
  const record = { kind: 'command_result', siteId, gateId, requestId, at: at.toISOString(), commandId, result } as const
  await keepReport(deps, record, () =>
    writeCommandResult(deps, { id: gateId, siteId }, commandId, result, requestId, at),
  )
  deps.passes.noteResult(commandId, result.outcome)
  deps.settleCommand(commandId)
}

/** The same, into Postgres. `at`: when it was reported. */
export async function writeCommandResult(
  deps: Pick<Deps, 'database' | 'now'>,
  gate: Pick<GateRow, 'id' | 'siteId'>,
  commandId: string,
  result: CommandResult,
  requestId: string,
  at: Date,
): Promise<void> {
  await change(deps.database.db, { kind: 'controller', id: gate.id, requestId }, deps.now(), async (tx) => {
    const command = await lockCommand(tx, gate.id, commandId)
    if (command === undefined) throw new Refusal('not_found', 'This gate has no such command.')
    if (command.outcome === result.outcome) return unchanged(undefined)
    if (command.outcome !== null && command.outcome !== 'unknown')
      throw new Refusal(
        'conflict',
        `The result of this command is already "${command.outcome}". The first result counts.`,
      )
    await setCommandOutcome(tx, commandId, result.outcome, result.detail ?? null, at)
    return {
      result: undefined,
      audit: [
        {
          action: 'command.reported',
          siteId: gate.siteId,
          subjectKind: 'command',
          subjectId: commandId,
          before: { outcome: command.outcome },
          after: result,
        },
      ],
      marks: [{ kind: 'gate', id: gate.id }],
    }
  })
}

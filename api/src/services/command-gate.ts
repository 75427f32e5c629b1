import type { CommandItem, CommandRequest } from '@turnpike/contracts/gate-command.ts'
import { later, modeLivesMs, openLivesMs } from '../domain/command-life.ts'
import { toCommandItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { type Actor, change } from '../repositories/change.ts'
import { insertCommand } from '../repositories/commands.ts'
import { lockGate, setBarrierMode, updatePass } from '../repositories/gates.ts'
import { type Operator, requireInUse, requireSite } from './access.ts'
import type { Deps } from './deps.ts'

const longestHoldMs = 24 * 60 * 60_000
const modeAfter = { hold_open: 'held_open', block: 'blocked', release: 'normal' } as const

/** An operator steers a gate: the command, the new mode and the record of who wanted it and why are one transaction. */
export async function commandGate(
  deps: Deps,
  operator: Operator,
  gateId: string,
  request: CommandRequest,
  requestId: string,
): Promise<CommandItem> {
  const now = deps.now()
  const holdUntil = request.holdUntil === undefined ? null : new Date(request.holdUntil)
  if (holdUntil !== null && (holdUntil <= now || holdUntil.getTime() - now.getTime() > longestHoldMs))
    throw new Refusal('invalid_request', 'holdUntil must lie in the future, at most 24 hours ahead.')
  const actor: Actor = { kind: 'operator', id: operator.id, requestId }

  const command = await change(deps.database.db, actor, now, async (tx) => {
    const locked = await lockGate(tx, gateId)
    if (locked === undefined) throw new Refusal('not_found', 'There is no such gate.')
    const { gate, pass } = locked
    requireSite(operator, gate.siteId, 'operator')
    requireInUse(gate.retiredAt)
    const livesMs = request.action === 'open' ? openLivesMs : modeLivesMs
    const row = await insertCommand(tx, {
      id: deps.newId(),
      siteId: gate.siteId,
      gateId,
      action: request.action,
      reason: request.reason,
      streamed: true,
      operatorId: operator.id,
      issuedAt: now,
      expiresAt: later(now, livesMs),
      holdUntil,
    })
    if (request.action === 'open') {
      // The car in front of the gate was refused, or owes: what it does next is because of this command.
      const stands = pass.decidedAt !== null && later(pass.decidedAt, gate.waitSeconds * 1000) > now
      if (stands && pass.passageAt === null && pass.outcome !== 'ALLOW')
        await updatePass(tx, gateId, { commandId: row.id })
    } else await setBarrierMode(tx, gateId, modeAfter[request.action], holdUntil)
    return {
      result: row,
      audit: [
        {
          action: `gate.${request.action}`,
          siteId: gate.siteId,
          subjectKind: 'gate',
          subjectId: gateId,
          before: { barrierMode: gate.barrierMode, holdUntil: gate.holdUntil },
          after: { commandId: row.id, holdUntil },
          reason: request.reason,
        },
      ],
      marks: [{ kind: 'gate', id: gateId }],
    }
  })
  deps.wakeCommandStreams()
  return toCommandItem(command)
}

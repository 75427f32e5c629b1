import { later, resultAwaitedMs } from '../domain/command-life.ts'
import { type Audit, change, unchanged } from '../repositories/change.ts'
import { giveUpOnCommands } from '../repositories/commands.ts'
import { endExpiredHolds } from '../repositories/gates.ts'
import type { Deps } from './deps.ts'

/**
 * Says `unknown` of commands that nobody answered for, and ends holds and blocks that have run out. The controller ends a hold by
 * itself; this is the house's own record of it.
 */
export async function expireCommands(deps: Pick<Deps, 'database' | 'now'>): Promise<void> {
  const now = deps.now()
  await change(deps.database.db, { kind: 'system', id: 'worker', requestId: null }, now, async (tx) => {
    const givenUp = await giveUpOnCommands(tx, later(now, -resultAwaitedMs), now)
    const ended = await endExpiredHolds(tx, now)
    const [first, ...rest]: Audit[] = [
      ...givenUp.map(({ id, siteId, action }) => ({
        action: 'command.unanswered',
        siteId,
        subjectKind: 'command',
        subjectId: id,
        after: { action, outcome: 'unknown' },
      })),
      ...ended.map(({ id, siteId }) => ({ action: 'gate.hold_ended', siteId, subjectKind: 'gate', subjectId: id })),
    ]
    if (first === undefined) return unchanged(undefined)
    const gateIds = new Set([...givenUp.map((command) => command.gateId), ...ended.map((gate) => gate.id)])
    return {
      result: undefined,
      audit: [first, ...rest],
      marks: [...gateIds].map((id) => ({ kind: 'gate' as const, id })),
    }
  })
}

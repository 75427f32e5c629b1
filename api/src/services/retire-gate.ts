import type { GateItem } from '@turnpike/contracts/site.ts'
import { toGateItem } from '../domain/items.ts'
import { updateCamerasAt } from '../repositories/cameras.ts'
import { updateGate } from '../repositories/gates.ts'
import { type Caller, requireInUse } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/** Takes a lane out of use for good: its controller and its cameras are shut out, what happened there stays on record. */
export async function retireGate(deps: Deps, caller: Caller, id: string, saw: number): Promise<GateItem> {
  const row = await edit(deps, caller, subjects.gate, {
    id,
    saw,
    role: 'manager',
    action: 'retired',
    async apply(tx, before, now) {
      requireInUse(before.retiredAt)
      await updateGate(tx, id, { retiredAt: now })
      await updateCamerasAt(tx, { gateId: id }, { revokedAt: now })
      return [{ kind: 'gate', id }]
    },
  })
  return toGateItem(row)
}

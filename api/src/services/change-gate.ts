import type { GateChange, GateItem } from '@turnpike/contracts/site.ts'
import { toGateItem } from '../domain/items.ts'
import { updateCamerasAt } from '../repositories/cameras.ts'
import { updateGate } from '../repositories/gates.ts'
import { type Caller, requireInUse } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/** New settings of a lane. Its cameras are remembered with its direction and actuation: every process looks at them again. */
export async function changeGate(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, ...set }: GateChange,
): Promise<GateItem> {
  const row = await edit(deps, caller, subjects.gate, {
    id,
    saw,
    role: 'manager',
    action: 'changed',
    reason: changeReason,
    async apply(tx, before) {
      requireInUse(before.retiredAt)
      await updateGate(tx, id, set)
      if (set.direction !== undefined || set.actuation !== undefined) await updateCamerasAt(tx, { gateId: id })
      return [{ kind: 'gate', id }]
    },
  })
  return toGateItem(row)
}

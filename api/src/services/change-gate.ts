import type { GateChange } from '@turnpike/contracts/site.ts'
import { toGateItem } from '../domain/items.ts'
import { updateCamerasAt } from '../repositories/cameras.ts'
import { updateGate } from '../repositories/gates.ts'
import { requireInUse } from './access.ts'
import { changing } from './edit.ts'
import { subjects } from './subjects.ts'

/** New settings of a lane. Its cameras are remembered with its direction and actuation: every process looks at them again. */
export const changeGate = changing(
  subjects.gate,
  toGateItem,
  'manager',
  'changed',
  async (tx, { id, retiredAt }, set: GateChange) => {
    requireInUse(retiredAt)
    await updateGate(tx, id, set)
    if (set.direction !== undefined || set.actuation !== undefined) await updateCamerasAt(tx, { gateId: id })
    return [{ kind: 'gate', id }]
  },
)

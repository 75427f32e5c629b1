import { toGateItem } from '../domain/items.ts'
import { updateCamerasAt } from '../repositories/cameras.ts'
import { updateGate } from '../repositories/gates.ts'
import { requireInUse } from './access.ts'
import { ending } from './edit.ts'
import { subjects } from './subjects.ts'

/** Takes a lane out of use for good: its controller and its cameras are shut out, what happened there stays on record. */
export const retireGate = ending(
  subjects.gate,
  toGateItem,
  'manager',
  'retired',
  async (tx, { id, retiredAt }, now) => {
    requireInUse(retiredAt)
    await updateGate(tx, id, { retiredAt: now })
    await updateCamerasAt(tx, { gateId: id }, { revokedAt: now })
    return [{ kind: 'gate', id }]
  },
)

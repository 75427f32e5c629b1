import type { CameraWithKey, NewCamera } from '@turnpike/contracts/site.ts'
import { storedKeys } from '../domain/device-key.ts'
import { toCameraItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { insertCamera } from '../repositories/cameras.ts'
import { lockGateRow } from '../repositories/gates.ts'
import { type Caller, requireInUse, requireSite } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { subjects } from './subjects.ts'

/** A new camera at a lane, with its first key, which is shown this once. */
export async function createCamera(
  deps: Deps,
  caller: Caller,
  { changeReason, ...camera }: NewCamera,
): Promise<CameraWithKey> {
  const key = deps.newKey()
  const row = await create(deps, caller, subjects.camera, {
    reason: changeReason,
    async insert(tx, id) {
      const gate = await lockGateRow(tx, camera.gateId)
      if (gate === undefined) throw new Refusal('not_found', 'There is no such gate.')
      requireSite(caller.operator, gate.siteId, 'manager')
      requireInUse(gate.retiredAt)
      await insertCamera(tx, { id, ...camera, ...storedKeys([key]) })
      return [{ kind: 'gate', id: camera.gateId }]
    },
  })
  return { ...toCameraItem(row), key }
}

import type { CameraChange, CameraItem } from '@turnpike/contracts/site.ts'
import { toCameraItem } from '../domain/items.ts'
import { updateCamera } from '../repositories/cameras.ts'
import { type Caller, requireInUse } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/** New settings of a camera. Its version tells every process to look at it again. */
export async function changeCamera(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, ...set }: CameraChange,
): Promise<CameraItem> {
  const row = await edit(deps, caller, subjects.camera, {
    id,
    saw,
    role: 'manager',
    action: 'changed',
    reason: changeReason,
    async apply(tx, before) {
      requireInUse(before.revokedAt)
      await updateCamera(tx, id, set)
      return [{ kind: 'gate', id: before.gateId }]
    },
  })
  return toCameraItem(row)
}

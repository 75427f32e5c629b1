import type { CameraChange } from '@turnpike/contracts/site.ts'
import { toCameraItem } from '../domain/items.ts'
import { updateCamera } from '../repositories/cameras.ts'
import { requireInUse } from './access.ts'
import { changing } from './edit.ts'
import { subjects } from './subjects.ts'

/** New settings of a camera. Its version tells every process to look at it again. */
export const changeCamera = changing(
  subjects.camera,
  toCameraItem,
  'manager',
  'changed',
  async (tx, { id, gateId, revokedAt }, set: CameraChange) => {
    requireInUse(revokedAt)
    await updateCamera(tx, id, set)
    return [{ kind: 'gate', id: gateId }]
  },
)

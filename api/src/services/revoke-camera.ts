import { toCameraItem } from '../domain/items.ts'
import { updateCamera } from '../repositories/cameras.ts'
import { requireInUse } from './access.ts'
import { ending } from './edit.ts'
import { subjects } from './subjects.ts'

/** Shuts a camera out for good. What it read stays on record. */
export const revokeCamera = ending(
  subjects.camera,
  toCameraItem,
  'manager',
  'revoked',
  async (tx, { id, gateId, revokedAt }, now) => {
    requireInUse(revokedAt)
    await updateCamera(tx, id, { revokedAt: now })
    return [{ kind: 'gate', id: gateId }]
  },
)

import type { CameraItem } from '@turnpike/contracts/site.ts'
import { toCameraItem } from '../domain/items.ts'
import { updateCamera } from '../repositories/cameras.ts'
import { type Caller, requireInUse } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/** Shuts a camera out for good. What it read stays on record. */
export async function revokeCamera(deps: Deps, caller: Caller, id: string, saw: number): Promise<CameraItem> {
  const row = await edit(deps, caller, subjects.camera, {
    id,
    saw,
    role: 'manager',
    action: 'revoked',
    async apply(tx, before, now) {
      requireInUse(before.revokedAt)
      await updateCamera(tx, id, { revokedAt: now })
      return [{ kind: 'gate', id: before.gateId }]
    },
  })
  return toCameraItem(row)
}

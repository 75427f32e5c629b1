import { listClocks } from '../repositories/camera-clocks.ts'
import { readMirrorLag } from '../repositories/mirror-documents.ts'
import type { Deps } from './deps.ts'

/** Whether Postgres answers. Nothing else is needed to decide. */
export async function checkReadiness(deps: Deps): Promise<boolean> {
  return deps.database.pool.query('select 1').then(
    () => true,
    () => false,
  )
}

/** How far the mirror is behind. */
export function mirrorLag(deps: Deps) {
  return readMirrorLag(deps.database.db)
}

/** What the clocks of the cameras in use show. */
export function cameraClocks(deps: Deps) {
  return listClocks(deps.database.db)
}

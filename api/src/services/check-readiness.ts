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

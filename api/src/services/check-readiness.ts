import { countGaps } from '../repositories/brought-in.ts'
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
export function mirrorLag(deps: Pick<Deps, 'database'>) {
  return readMirrorLag(deps.database.db)
}

/** How many records of journals were lost: numbers that are missing between those that were brought in. */
export function countMissingRecords(deps: Pick<Deps, 'database'>): Promise<number> {
  return countGaps(deps.database.pool)
}

import { countGaps } from '../repositories/brought-in.ts'
import { listClocks } from '../repositories/camera-clocks.ts'
import { readMirrorLag } from '../repositories/mirror-stuck.ts'
import { readMoneyFigures } from '../repositories/money-figures.ts'
import type { Deps } from './deps.ts'

/** Whether Postgres answers. Nothing else is needed to decide. */
export async function checkReadiness(deps: Deps): Promise<boolean> {
  return deps.database.pool.query('select 1').then(
    () => true,
    () => false,
  )
}

/** Whether this process connects as somebody who may change the audit trail: the owner, where the login of the core is meant. */
export async function mayChangeAuditTrail({ database }: Pick<Deps, 'database'>): Promise<boolean> {
  const { rows } = await database.pool.query(
    `select has_table_privilege(current_user, 'audit_entries', 'update, delete, truncate') as may`,
  )
  return rows[0].may
}

/** How far the mirror is behind. */
export function mirrorLag(deps: Pick<Deps, 'database'>) {
  return readMirrorLag(deps.database.db)
}

/** How many records of journals were lost: numbers that are missing between those that were brought in. */
export function countMissingRecords({ database, now }: Pick<Deps, 'database' | 'now'>): Promise<number> {
  return countGaps(database.pool, now())
}

/** What is under way between payment providers and us. */
export function moneyFigures({ database, now }: Pick<Deps, 'database' | 'now'>) {
  return readMoneyFigures(database.db, now())
}

/** What the clocks of the cameras in use show. */
export function cameraClocks(deps: Pick<Deps, 'database'>) {
  return listClocks(deps.database.db)
}

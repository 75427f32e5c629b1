import type { Tx } from '../db/client.ts'
import { Refusal } from '../errors.ts'
import { findOperator, lockRights } from '../repositories/operators.ts'
import type { Operator } from './access.ts'

/**
 * Whoever changes rights waits for whoever else does and must still be an admin then. As nobody takes his own rights away, there is
 * always an admin left.
 */
export async function holdRights(tx: Tx, operator: Operator) {
  await lockRights(tx)
  const self = await findOperator(tx, operator.id)
  if (self?.role !== 'admin' || self.disabledAt !== null) throw new Refusal('forbidden', 'You are no admin any more.')
}

/** An admin has all sites: what is not among his does not exist. */
export function requireExistingSites(operator: Operator, siteIds: string[]) {
  if (!siteIds.every((siteId) => operator.siteIds.includes(siteId)))
    throw new Refusal('invalid_request', 'Not every one of siteIds is a site.')
}

import type { EntitlementRules } from '@turnpike/contracts/subscription.ts'
import { listEntitlementRules as list } from '../repositories/entitlement-rules.ts'
import type { Deps } from './deps.ts'

/** The rules of who may park by the status of a subscription; they are of all sites, and everybody may look. */
export async function listEntitlementRules(deps: Deps): Promise<EntitlementRules> {
  return { items: await list(deps.database.db) }
}

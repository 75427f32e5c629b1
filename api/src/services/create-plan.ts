import type { NewPlan, PlanItem } from '@turnpike/contracts/subscription.ts'
import { toPlanItem } from '../domain/items.ts'
import { insertPlan } from '../repositories/plans.ts'
import { type Caller, requireSites, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { subjects } from './subjects.ts'

/** A new plan, offered at sites that are all his who makes it. */
export async function createPlan(
  deps: Deps,
  caller: Caller,
  { changeReason, siteIds, ...plan }: NewPlan,
): Promise<PlanItem> {
  requireSites(caller.operator, siteIds, 'manager')
  const row = await create(deps, caller, subjects.plan, {
    reason: changeReason,
    async insert(tx, id) {
      await insertPlan(tx, { id, ...plan }, [...new Set(siteIds)])
      return []
    },
  })
  return toPlanItem(row, viewOf(caller.operator, deps.now()))
}

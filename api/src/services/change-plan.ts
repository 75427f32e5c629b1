import type { PlanChange, PlanItem } from '@turnpike/contracts/subscription.ts'
import { toPlanItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { updatePlan } from '../repositories/plans.ts'
import { listSitesOfPlanInUse } from '../repositories/subscriptions.ts'
import { type Caller, requireSites, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/** New terms of a plan, for every subscription to it from the next read on. It stays where running subscriptions have it. */
export async function changePlan(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, siteIds, ...set }: PlanChange,
): Promise<PlanItem> {
  if (siteIds !== undefined) requireSites(caller.operator, siteIds, 'manager')
  const row = await edit(deps, caller, subjects.plan, {
    id,
    saw,
    role: 'manager',
    action: 'changed',
    reason: changeReason,
    async apply(tx, _before, now) {
      const inUse = siteIds === undefined ? [] : await listSitesOfPlanInUse(tx, id, now)
      if (inUse.some((siteId) => !siteIds?.includes(siteId)))
        throw new Refusal('conflict', 'Subscriptions to this plan still run at a site that would go. End them first.')
      await updatePlan(tx, id, set, siteIds && [...new Set(siteIds)])
      return []
    },
  })
  return toPlanItem(row, viewOf(caller.operator, deps.now()))
}

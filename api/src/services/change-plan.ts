import type { PlanChange } from '@turnpike/contracts/subscription.ts'
import { toPlanItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { updatePlan } from '../repositories/plans.ts'
import { listSitesOfPlanInUse } from '../repositories/subscriptions.ts'
import { requireSites } from './access.ts'
import { changing } from './edit.ts'
import { subjects } from './subjects.ts'

/** New terms of a plan, for every subscription to it from the next read on. It stays where running subscriptions have it. */
export const changePlan = changing(
  subjects.plan,
  toPlanItem,
  'manager',
  'changed',
  async (tx, { id }, { siteIds, ...set }: PlanChange, { operator, now }) => {
    if (siteIds !== undefined) {
      requireSites(operator, siteIds, 'manager')
      const inUse = await listSitesOfPlanInUse(tx, id, now)
      if (inUse.some((siteId) => !siteIds.includes(siteId)))
        throw new Refusal('conflict', 'Subscriptions to this plan still run at a site that would go. End them first.')
    }
    await updatePlan(tx, id, set, siteIds && [...new Set(siteIds)])
    return []
  },
)

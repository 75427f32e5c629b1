import type { PlanChange } from '@turnpike/contracts/subscription.ts'
import { toPlanItem, toPlanPrice } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { updatePlan } from '../repositories/plans.ts'
import { listSitesOfPlanInUse } from '../repositories/subscriptions.ts'
import { requireSites } from './access.ts'
import { changing } from './edit.ts'
import { priceColumns, requirePriced } from './plan-price.ts'
import { subjects } from './subjects.ts'

/** New terms of a plan, for every subscription to it from the next read on. It stays where running subscriptions have it. */
export const changePlan = changing(
  subjects.plan,
  toPlanItem,
  'manager',
  'changed',
  async (tx, before, { siteIds, price, ...set }: PlanChange, { operator, now }) => {
    const { id } = before
    await requirePriced(tx, {
      offeredPublicly: set.offeredPublicly ?? before.offeredPublicly,
      price: price === undefined ? toPlanPrice(before) : price,
      siteIds: siteIds ?? before.siteIds,
    })
    if (siteIds !== undefined) {
      requireSites(operator, siteIds, 'manager')
      const inUse = await listSitesOfPlanInUse(tx, id, now)
      if (inUse.some((siteId) => !siteIds.includes(siteId)))
        throw new Refusal('conflict', 'Subscriptions to this plan still run at a site that would go. End them first.')
    }
    await updatePlan(tx, id, { ...set, ...priceColumns(price) }, siteIds && [...new Set(siteIds)])
    return []
  },
)

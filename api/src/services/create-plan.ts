import type { NewPlan } from '@turnpike/contracts/subscription.ts'
import { toPlanItem } from '../domain/items.ts'
import { insertPlan } from '../repositories/plans.ts'
import { requireSites } from './access.ts'
import { making } from './edit.ts'
import { priceColumns, requirePriced } from './plan-price.ts'
import { subjects } from './subjects.ts'

/** A new plan, offered at sites that are all his who makes it. */
export const createPlan = making(
  subjects.plan,
  toPlanItem,
  async (tx, id, { siteIds, price, ...plan }: NewPlan, { operator }) => {
    requireSites(operator, siteIds, 'manager')
    await requirePriced(tx, { offeredPublicly: plan.offeredPublicly, price, siteIds })
    await insertPlan(tx, { id, ...plan, ...priceColumns(price) }, [...new Set(siteIds)])
    return []
  },
)

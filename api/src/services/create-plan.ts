import type { NewPlan } from '@turnpike/contracts/subscription.ts'
import { toPlanItem } from '../domain/items.ts'
import { insertPlan } from '../repositories/plans.ts'
import { requireSites } from './access.ts'
import { making } from './edit.ts'
import { subjects } from './subjects.ts'

/** A new plan, offered at sites that are all his who makes it. */
export const createPlan = making(
  subjects.plan,
  toPlanItem,
  async (tx, id, { siteIds, ...plan }: NewPlan, { operator }) => {
    requireSites(operator, siteIds, 'manager')
    await insertPlan(tx, { id, ...plan }, [...new Set(siteIds)])
    return []
  },
)

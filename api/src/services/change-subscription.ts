import type { SubscriptionChange } from '@turnpike/contracts/subscription.ts'
import type { Tx } from '../db/client.ts'
import { toPlanPrice, toSubscriptionItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { findPlan, type PlanRow } from '../repositories/plans.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { fitPoolPlaces } from '../repositories/slots.ts'
import {
  type SubscriptionRow,
  setSubscriptionSites,
  setSubscriptionVehicles,
  updateSubscription,
} from '../repositories/subscriptions.ts'
import { requireSites } from './access.ts'
import { changing } from './edit.ts'
import { subjects } from './subjects.ts'
import { newEndOf, requireNotCollected, requireOffered, vehiclesOf } from './terms.ts'

/** New terms of a subscription. A pool made smaller than what is taken covers nobody more until enough of its cars have left. */
export const changeSubscription = changing(
  subjects.subscription,
  toSubscriptionItem,
  'manager',
  'changed',
  async (tx, before, { siteIds, plates, validUntil, ...set }: SubscriptionChange, { deps, operator, now }) => {
    const { id } = before
    if (siteIds !== undefined) requireSites(operator, siteIds, 'manager')
    const vehicles = plates && vehiclesOf(plates, 'plates')
    const end = newEndOf(before, validUntil, now)
    if (end !== undefined && end?.getTime() !== before.validUntil?.getTime()) requireNotCollected(before)
    if (set.planId !== undefined) await requireSamePrice(tx, before, set.planId)
    if (set.planId !== undefined || siteIds !== undefined)
      await requireOffered(tx, operator, set.planId ?? before.planId, siteIds ?? before.siteIds)
    await updateSubscription(tx, id, { ...set, validUntil: end })
    if (siteIds !== undefined) await setSubscriptionSites(tx, id, [...new Set(siteIds)])
    if (vehicles !== undefined) await setSubscriptionVehicles(tx, id, await upsertPlates(tx, vehicles, deps.newId))
    if (set.poolSize !== undefined && set.poolSize !== before.poolSize) await fitPoolPlaces(tx, id, set.poolSize)
    return []
  },
)

/** What a provider collects is agreed with the holder there: another plan here does not change it. */
async function requireSamePrice(tx: Tx, { providerObjectId, planId }: SubscriptionRow, wanted: string) {
  if (providerObjectId === null || wanted === planId) return
  const [is, next] = [await findPlan(tx, planId), await findPlan(tx, wanted)]
  const price = (plan: PlanRow | undefined) => JSON.stringify(plan && toPlanPrice(plan))
  if (price(is) !== price(next))
    throw new Refusal(
      'conflict',
      'Its provider goes on charging the price of its plan: cancel this one, and have the holder buy the other.',
    )
}

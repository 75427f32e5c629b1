import type { SubscriptionChange, SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import { toSubscriptionItem } from '../domain/items.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { fitPoolPlaces } from '../repositories/slots.ts'
import { setSubscriptionSites, setSubscriptionVehicles, updateSubscription } from '../repositories/subscriptions.ts'
import { type Caller, requireSites, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'
import { requireNotEnded, requireOffered, requirePeriod, vehiclesOf } from './terms.ts'

/** New terms of a subscription. A pool made smaller than what is taken covers nobody more until enough of its cars have left. */
export async function changeSubscription(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, siteIds, plates, validUntil: until, ...set }: SubscriptionChange,
): Promise<SubscriptionItem> {
  if (siteIds !== undefined) requireSites(caller.operator, siteIds, 'manager')
  const vehicles = plates && vehiclesOf(plates, 'plates')
  const validUntil = typeof until === 'string' ? new Date(until) : until
  const row = await edit(deps, caller, subjects.subscription, {
    id,
    saw,
    role: 'manager',
    action: 'changed',
    reason: changeReason,
    async apply(tx, before, now) {
      requireNotEnded(before.validUntil, now)
      if (validUntil !== undefined) requirePeriod(before.validFrom, validUntil)
      if (set.planId !== undefined || siteIds !== undefined)
        await requireOffered(tx, caller.operator, set.planId ?? before.planId, siteIds ?? before.siteIds)
      await updateSubscription(tx, id, { ...set, validUntil })
      if (siteIds !== undefined) await setSubscriptionSites(tx, id, [...new Set(siteIds)])
      if (vehicles !== undefined) await setSubscriptionVehicles(tx, id, await upsertPlates(tx, vehicles, deps.newId))
      if (set.poolSize !== undefined && set.poolSize !== before.poolSize) await fitPoolPlaces(tx, id, set.poolSize)
      return []
    },
  })
  return toSubscriptionItem(row, viewOf(caller.operator, deps.now()))
}

import type { NewSubscription, SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import { toSubscriptionItem } from '../domain/items.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { fitPoolPlaces } from '../repositories/slots.ts'
import { insertSubscription, setSubscriptionSites, setSubscriptionVehicles } from '../repositories/subscriptions.ts'
import { type Caller, requireSites, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { subjects } from './subjects.ts'
import { requireOffered, requirePeriod, vehiclesOf } from './terms.ts'

/** A new right to park, with its vehicles and as many places as its pool has. */
export async function createSubscription(
  deps: Deps,
  caller: Caller,
  { changeReason, siteIds, plates, ...wanted }: NewSubscription,
): Promise<SubscriptionItem> {
  requireSites(caller.operator, siteIds, 'manager')
  const vehicles = vehiclesOf(plates, 'plates')
  const row = await create(deps, caller, subjects.subscription, {
    reason: changeReason,
    async insert(tx, id, now) {
      const validFrom = wanted.validFrom === undefined ? now : new Date(wanted.validFrom)
      const validUntil = wanted.validUntil === null ? null : new Date(wanted.validUntil)
      requirePeriod(validFrom, validUntil)
      await requireOffered(tx, caller.operator, wanted.planId, siteIds)
      await insertSubscription(tx, { id, ...wanted, validFrom, validUntil })
      await setSubscriptionSites(tx, id, [...new Set(siteIds)])
      await setSubscriptionVehicles(tx, id, await upsertPlates(tx, vehicles, deps.newId))
      await fitPoolPlaces(tx, id, wanted.poolSize)
      return []
    },
  })
  return toSubscriptionItem(row, viewOf(caller.operator, deps.now()))
}

import type { NewSubscription } from '@turnpike/contracts/subscription.ts'
import { toSubscriptionItem } from '../domain/items.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { fitPoolPlaces } from '../repositories/slots.ts'
import { insertSubscription, setSubscriptionSites, setSubscriptionVehicles } from '../repositories/subscriptions.ts'
import { requireSites } from './access.ts'
import { making } from './edit.ts'
import { subjects } from './subjects.ts'
import { periodOf, requireOffered, vehiclesOf } from './terms.ts'

/** A new right to park, with its vehicles and as many places as its pool has. */
export const createSubscription = making(
  subjects.subscription,
  toSubscriptionItem,
  async (tx, id, { siteIds, plates, ...wanted }: NewSubscription, { deps, operator, now }) => {
    requireSites(operator, siteIds, 'manager')
    const vehicles = vehiclesOf(plates, 'plates')
    await requireOffered(tx, operator, wanted.planId, siteIds)
    await insertSubscription(tx, { id, ...wanted, ...periodOf(wanted, now), statusSince: now })
    await setSubscriptionSites(tx, id, [...new Set(siteIds)])
    await setSubscriptionVehicles(tx, id, await upsertPlates(tx, vehicles, deps.newId))
    await fitPoolPlaces(tx, id, wanted.poolSize)
    return []
  },
)

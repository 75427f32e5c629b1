import { toSubscriptionItem } from '../domain/items.ts'
import { updateSubscription } from '../repositories/subscriptions.ts'
import { ending } from './edit.ts'
import { subjects } from './subjects.ts'
import { endNow, requireNotCollected } from './terms.ts'

/** Ends a subscription now. It covers running stays to this instant; then the tariff runs. */
export const endSubscription = ending(
  subjects.subscription,
  toSubscriptionItem,
  'manager',
  'ended',
  async (tx, before, now) => {
    requireNotCollected(before)
    await updateSubscription(tx, before.id, endNow(before, now))
    return []
  },
)

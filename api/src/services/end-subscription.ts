import { toSubscriptionItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { updateSubscription } from '../repositories/subscriptions.ts'
import { ending } from './edit.ts'
import { subjects } from './subjects.ts'
import { endNow } from './terms.ts'

/** Ends a subscription now. It covers running stays to this instant; then the tariff runs. */
export const endSubscription = ending(
  subjects.subscription,
  toSubscriptionItem,
  'manager',
  'ended',
  async (tx, before, now) => {
    if (before.providerObjectId !== null && before.status !== 'cancelled')
      throw new Refusal('conflict', `${before.provider} would go on charging for it: cancel it there, by its actions.`)
    await updateSubscription(tx, before.id, endNow(before, now))
    return []
  },
)

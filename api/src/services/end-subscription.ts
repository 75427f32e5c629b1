import type { SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import { toSubscriptionItem } from '../domain/items.ts'
import { endedAt } from '../domain/validity.ts'
import { updateSubscription } from '../repositories/subscriptions.ts'
import { type Caller, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'
import { requireNotEnded } from './terms.ts'

/** Ends a subscription now. It covers running stays to this instant; then the tariff runs. */
export async function endSubscription(deps: Deps, caller: Caller, id: string, saw: number): Promise<SubscriptionItem> {
  const row = await edit(deps, caller, subjects.subscription, {
    id,
    saw,
    role: 'manager',
    action: 'ended',
    async apply(tx, before, now) {
      requireNotEnded(before.validUntil, now)
      await updateSubscription(tx, id, { validUntil: endedAt(before.validFrom, now) })
      return []
    },
  })
  return toSubscriptionItem(row, viewOf(caller.operator, deps.now()))
}

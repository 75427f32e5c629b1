import type { PurchasedSubscription } from '@turnpike/contracts/holder.ts'
import { Refusal } from '../errors.ts'
import { findPlan } from '../repositories/plans.ts'
import { findSubscription } from '../repositories/subscriptions.ts'
import type { Deps } from './deps.ts'

/** How far a purchase has come, for the page that the provider sends the buyer back to: no holder and no vehicle. */
export async function showPurchase(deps: Deps, id: string): Promise<PurchasedSubscription> {
  const row = await findSubscription(deps.database.db, id)
  if (row === undefined || row.provider === null) throw new Refusal('not_found', 'There is no such purchase.')
  const plan = (await findPlan(deps.database.db, row.planId))!
  const ended = row.status === 'cancelled' || (row.validUntil !== null && row.validUntil <= deps.now())
  return {
    id,
    planName: plan.name,
    state: ended ? 'ended' : row.status === 'incomplete' ? 'awaiting_payment' : 'active',
    validFrom: row.validFrom.toISOString(),
  }
}

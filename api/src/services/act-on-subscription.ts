import type { SubscriptionActionRequest, SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import { toSubscriptionItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { change } from '../repositories/change.ts'
import { findSubscription, updateSubscription } from '../repositories/subscriptions.ts'
import { actorOf, type Caller, requireSites, viewOf } from './access.ts'
import { intendAction } from './apply-subscription-action.ts'
import { askProvider } from './ask-provider.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/** Pauses, resumes, cancels or keeps. Where a provider collects, it is asked, and what it answers counts; else it takes effect at once. */
export async function actOnSubscription(
  deps: Deps,
  caller: Caller,
  id: string,
  { action, reason }: SubscriptionActionRequest,
): Promise<SubscriptionItem> {
  const { db } = deps.database
  const row = await findSubscription(db, id)
  if (row === undefined) throw new Refusal('not_found', 'There is no such subscription.')
  requireSites(caller.operator, row.siteIds, 'manager')
  if (row.providerObjectId === null) await pauseHere(deps, caller, id, action, reason)
  else {
    const call = await change(db, actorOf(caller), deps.now(), (tx) => intendAction(deps, tx, id, action, reason))
    const { state, detail } = await askProvider(deps, call)
    if (state === 'refused') throw new Refusal('conflict', `The payment provider refused: ${detail}.`)
  }
  return toSubscriptionItem((await findSubscription(db, id))!, viewOf(caller.operator, deps.now()))
}

async function pauseHere(
  deps: Deps,
  caller: Caller,
  id: string,
  action: SubscriptionActionRequest['action'],
  reason: string,
) {
  if (action !== 'pause' && action !== 'resume')
    throw new Refusal('conflict', 'Nobody collects for this subscription: end it with DELETE, or set its end.')
  const status = action === 'pause' ? 'paused' : 'active'
  await edit(deps, caller, subjects.subscription, {
    id,
    saw: undefined,
    action: action === 'pause' ? 'paused' : 'resumed',
    reason,
    role: 'manager',
    apply: async (tx, before, now) => {
      if (before.provider !== null)
        throw new Refusal('conflict', 'This subscription is not paid yet: there is nothing to pause.')
      if (before.status !== status) await updateSubscription(tx, id, { status, statusSince: now })
      return []
    },
  })
}

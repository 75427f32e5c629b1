import type { SubscriptionAction } from '@turnpike/providers/provider.ts'
import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { Refusal } from '../errors.ts'
import type { Change } from '../repositories/change.ts'
import { type CallRow, intendCall } from '../repositories/outbound-calls.ts'
import { lockSubscription } from '../repositories/subscriptions.ts'
import { callLeaseMs } from './ask-provider.ts'
import type { MoneyDeps } from './deps.ts'

/** Writes down what the provider of a subscription is to be asked to do with it. */
export async function intendAction(
  deps: MoneyDeps,
  tx: Tx,
  id: string,
  action: SubscriptionAction,
  reason: string | undefined,
): Promise<Change<CallRow>> {
  const row = (await lockSubscription(tx, id))!
  if (row.provider === null || row.providerObjectId === null)
    throw new Refusal('conflict', 'No payment provider looks after this subscription: there is nobody to ask.')
  if (row.status === 'cancelled') throw new Refusal('conflict', 'This subscription has ended.')
  const callId = deps.newId()
  const call = await intendCall(tx, {
    id: callId,
    kind: 'subscription_action',
    provider: row.provider,
    idempotencyKey: `${action}-${callId}`,
    subjectId: id,
    request: { objectId: row.providerObjectId, action },
    dueAt: later(deps.now(), callLeaseMs),
  })
  const entry = {
    action: `subscription.${action}_asked`,
    siteId: row.siteIds.length === 1 ? row.siteIds[0]! : null,
    subjectKind: 'subscription',
    subjectId: id,
    after: { provider: row.provider },
    ...(reason === undefined ? {} : { reason }),
  }
  return { result: call, audit: [entry], marks: [] }
}

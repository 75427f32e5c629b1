import type { PaymentEvent, ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { SubscriptionState } from '@turnpike/providers/provider.ts'
import type { Tx } from '../db/client.ts'
import { isId } from '../domain/id.ts'
import { nextState } from '../domain/subscription-state.ts'
import type { Audit, Mark } from '../repositories/change.ts'
import { insertMail } from '../repositories/holder-mails.ts'
import { listParkedOfSubscription } from '../repositories/payments.ts'
import { findPlan } from '../repositories/plans.ts'
import { findProvidedSubscription, updateSubscription } from '../repositories/subscriptions.ts'
import { applySubscriptionCapture } from './apply-subscription-capture.ts'
import { followPrice } from './apply-subscription-price.ts'
import type { MoneyDeps } from './deps.ts'

const nothing = { audit: [], marks: [] }

/** `found`: false where it is no subscription of ours. */
type Effect = { found: boolean; audit: Audit[]; marks: Mark[] }

/** Keeps what a provider said of a subscription when it was asked; the gates see it at their next read. */
export async function applySubscriptionState(
  deps: MoneyDeps,
  tx: Tx,
  provider: ProviderName,
  said: SubscriptionState,
  now: Date,
): Promise<Effect> {
  const before = await findProvidedSubscription(
    tx,
    provider,
    said.objectId,
    isId(said.reference) ? said.reference : null,
  )
  if (before === undefined) return { found: false, audit: [], marks: [] }
  const plan = await findPlan(tx, before.planId)
  const isNew = before.providerObjectId === null
  const next = nextState(before, said, plan!.graceDays, now)
  const priced =
    next?.status === 'cancelled' || before.status === 'cancelled'
      ? nothing
      : await followPrice(deps, tx, before, said, now)
  if (next === undefined && !isNew) return { found: true, ...priced }
  await updateSubscription(tx, before.id, { ...next, providerObjectId: said.objectId })
  if (
    before.status === 'incomplete' &&
    (said.status === 'active' || said.status === 'trialing') &&
    before.email !== null
  )
    await insertMail(tx, { id: deps.newId(), subscriptionId: before.id, dueAt: now, createdAt: now })
  const entry: Audit = {
    action: 'subscription.told',
    siteId: before.siteIds.length === 1 ? before.siteIds[0]! : null,
    subjectKind: 'subscription',
    subjectId: before.id,
    before: { status: before.status, collectionPaused: before.collectionPaused, validUntil: before.validUntil },
    after: { status: before.status, ...next, providerObjectId: said.objectId },
  }
  const money = isNew ? await adoptCaptures(deps, tx, provider, said.objectId, now) : { audit: [], marks: [] }
  return {
    found: true,
    audit: [entry, ...priced.audit, ...money.audit],
    marks: [...priced.marks, ...money.marks],
  }
}

/** Money that was told of before its subscription. */
async function adoptCaptures(deps: MoneyDeps, tx: Tx, provider: ProviderName, objectId: string, now: Date) {
  const audit: Audit[] = []
  const marks: Mark[] = []
  for (const { id, eventId, eventType, change } of await listParkedOfSubscription(tx, provider, objectId)) {
    if (change.kind !== 'payment_captured' || change.subscriptionObjectId === null) continue
    const event: PaymentEvent = { provider, eventId, eventType, change }
    const capture = { ...change, subscriptionObjectId: change.subscriptionObjectId }
    const done = await applySubscriptionCapture(deps, tx, event, capture, id, now)
    if ('audit' in done) audit.push(...done.audit)
    marks.push(...(done.marks ?? []))
  }
  return { audit, marks }
}

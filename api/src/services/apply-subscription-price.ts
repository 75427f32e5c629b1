import type { SubscriptionPrice, SubscriptionState } from '@turnpike/providers/provider.ts'
import type { Tx } from '../db/client.ts'
import type { Audit, Mark } from '../repositories/change.ts'
import { findPlan, listPlansPriced, type PlanRow } from '../repositories/plans.ts'
import { type SubscriptionRow, setSubscriptionSites, updateSubscription } from '../repositories/subscriptions.ts'
import { leaveQuarantine, quarantine } from './apply-not-understood.ts'
import type { MoneyDeps } from './deps.ts'

type Effect = { audit: Audit[]; marks: Mark[] }

/**
 * Follows a subscription to the plan whose price its provider charges now. It is compared with what was charged before, not with its
 * plan: a new price of a plan does not change what running subscriptions pay. A price that is that of no plan, or of several, is
 * nobody's guess: the subscription stays as it is, and somebody is told.
 */
export async function followPrice(
  deps: MoneyDeps,
  tx: Tx,
  before: SubscriptionRow,
  { price, objectId }: SubscriptionState,
  now: Date,
): Promise<Effect> {
  const asked = { provider: before.provider!, name: `price of ${objectId}`, type: 'subscription.price' }
  const { charged } = before
  if (charged === null && price === null) return { audit: [], marks: [] }
  if (charged !== null && isSame(charged, price)) return { audit: [], marks: await leaveQuarantine(tx, asked, now) }
  if (charged === null) {
    await updateSubscription(tx, before.id, { charged: price })
    return { audit: [], marks: [] }
  }
  const plan = price === null ? undefined : await planOf(tx, before, price)
  const siteIds = plan && (await sitesUnder(tx, before, plan))
  if (plan === undefined || siteIds === undefined || siteIds.length === 0)
    return quarantine(deps, tx, asked, 'price: what is charged now is the price of no plan of ours, or of several', now)
  await updateSubscription(tx, before.id, { planId: plan.id, charged: price })
  await setSubscriptionSites(tx, before.id, siteIds)
  const entry: Audit = {
    action: 'subscription.plan_followed',
    siteId: siteIds.length === 1 ? siteIds[0]! : null,
    subjectKind: 'subscription',
    subjectId: before.id,
    before: { planId: before.planId, siteIds: before.siteIds, charged },
    after: { planId: plan.id, siteIds, charged: price },
  }
  return { audit: [entry], marks: await leaveQuarantine(tx, asked, now) }
}

function isSame(one: SubscriptionPrice, other: SubscriptionPrice | null): boolean {
  return (
    other !== null &&
    one.amountMinor === other.amountMinor &&
    one.currency === other.currency &&
    one.period.every === other.period.every &&
    one.period.unit === other.period.unit
  )
}

/** Its own plan before any other; of several others none. */
async function planOf(tx: Tx, { planId }: SubscriptionRow, price: SubscriptionPrice): Promise<PlanRow | undefined> {
  const plans = await listPlansPriced(tx, price)
  return plans.find(({ id }) => id === planId) ?? (plans.length === 1 ? plans[0] : undefined)
}

/** All sites of the new plan where it had all of the old one; else those that it had and keeps. */
async function sitesUnder(tx: Tx, before: SubscriptionRow, plan: PlanRow): Promise<string[]> {
  const had = new Set(before.siteIds)
  const hadAll = (await findPlan(tx, before.planId))!.siteIds.every((id) => had.has(id))
  return hadAll && plan.id !== before.planId ? plan.siteIds : plan.siteIds.filter((id) => had.has(id))
}

import type { SubscriptionPurchase, SubscriptionPurchaseAnswer } from '@turnpike/contracts/holder.ts'
import type { Checkout } from '@turnpike/providers/provider.ts'
import { later } from '../domain/command-life.ts'
import { toPlanPrice } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { change, unchanged } from '../repositories/change.ts'
import { type CallRow, intendCall } from '../repositories/outbound-calls.ts'
import { findPlan } from '../repositories/plans.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { fitPoolPlaces } from '../repositories/slots.ts'
import { insertSubscription, setSubscriptionSites, setSubscriptionVehicles } from '../repositories/subscriptions.ts'
import { askProvider, callLeaseMs } from './ask-provider.ts'
import type { Deps } from './deps.ts'
import { vehiclesOf } from './terms.ts'

const dayMs = 86_400_000
/** Nobody plans further ahead, and no provider lets a trial last longer. */
const furthestStartMs = 365 * dayMs

/**
 * Begins the purchase of a subscription: it is there at once, `incomplete`, and lets nobody park until its provider says that it is
 * paid or on trial. What is bought for later costs nothing before it begins. A repeat with the same `purchaseId` is the same purchase.
 */
export async function buySubscription(
  deps: Deps,
  wanted: SubscriptionPurchase,
  requestId: string,
): Promise<SubscriptionPurchaseAnswer> {
  const now = deps.now()
  const { db } = deps.database
  const { provider, holder, email, language } = wanted
  const vehicles = vehiclesOf(wanted.plates, 'plates')
  const plan = await findPlan(db, wanted.planId)
  const price = plan && toPlanPrice(plan)
  if (plan === undefined || !plan.offeredPublicly || !price)
    throw new Refusal('not_found', 'There is no such plan on offer.')
  if (deps.providers[provider] === undefined)
    throw new Refusal('unavailable', `Paying with ${provider} is not set up here.`)
  const validFrom = startOf(wanted.startsAt, now)
  const waitDays = Math.ceil((validFrom.getTime() - now.getTime()) / dayMs)
  const id = deps.newId()
  const page = new URL(`/subscribed/${id}`, deps.dashboardUrl).href
  const call = await change<CallRow>(db, { kind: 'driver', id: null, requestId }, now, async (tx) => {
    const intended = await intendCall(tx, {
      id: deps.newId(),
      kind: 'subscription_checkout',
      provider,
      idempotencyKey: `subscribe-${wanted.purchaseId ?? id}`,
      subjectId: id,
      request: {
        subscriptionId: id,
        amountMinor: price.amountMinor,
        currency: price.currency,
        period: price.period,
        trialDays: price.trialDays + waitDays,
        description: plan.name,
        email,
        successUrl: page,
        cancelUrl: new URL('/plans', deps.dashboardUrl).href,
      },
      dueAt: later(now, callLeaseMs),
    })
    if (intended.subjectId !== id) return unchanged(intended)
    await insertSubscription(tx, {
      id,
      planId: plan.id,
      holder,
      email,
      language,
      provider,
      status: 'incomplete',
      statusSince: now,
      validFrom,
      charged: { amountMinor: price.amountMinor, currency: price.currency, period: price.period },
    })
    await setSubscriptionSites(tx, id, plan.siteIds)
    await setSubscriptionVehicles(tx, id, await upsertPlates(tx, vehicles, deps.newId))
    await fitPoolPlaces(tx, id, 1)
    const after = { planId: plan.id, provider, vehicles: vehicles.length, validFrom }
    const entry = { action: 'subscription.bought', siteId: null, subjectKind: 'subscription', subjectId: id, after }
    return { result: intended, audit: [entry], marks: [] }
  })
  const { state, result } = await askProvider(deps, call)
  if (state === 'refused')
    throw new Refusal('conflict', `${provider} does not take this plan. Please tell the operator.`)
  if (state === 'pending')
    throw new Refusal('unavailable', 'The payment provider cannot be reached. Please try again in a minute.')
  return { subscriptionId: call.subjectId, redirectUrl: (result as { checkout: Checkout }).checkout.redirectUrl }
}

function startOf(wanted: string | undefined, now: Date): Date {
  const start = wanted === undefined ? now : new Date(wanted)
  if (start < now) return now
  if (start > later(now, furthestStartMs)) throw new Refusal('invalid_request', 'That is more than a year ahead.')
  return start
}

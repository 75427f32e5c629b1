import { z } from 'zod'
import type { SubscriptionPrice, SubscriptionState } from '../provider.ts'
import { NotUnderstood } from '../understand.ts'
import { fromStripeAmount } from './amount.ts'
import { seconds } from './ids.ts'

const metadata = z.record(z.string(), z.string())

/** What a notification has to say of a subscription: the rest is fetched. */
export const subscriptionName = z.object({ id: z.string(), object: z.literal('subscription'), metadata })

/** Read leniently: what is not charged by the piece and the period is no price of ours, and nothing is wrong with it. */
const item = z.object({
  current_period_end: seconds.nullish(),
  quantity: z.int().nullish(),
  price: z
    .object({
      unit_amount: z.int().nullish(),
      currency: z.string(),
      recurring: z.object({ interval: z.string(), interval_count: z.int() }).nullish(),
    })
    .nullish(),
})

/**
 * The period is the subscription's own until API version 2025-03-31, and that of each of its items from then on
 * (https://docs.stripe.com/changelog/basil).
 */
export const subscription = subscriptionName.extend({
  status: z.string(),
  pause_collection: z.looseObject({}).nullish(),
  cancel_at_period_end: z.boolean(),
  cancel_at: seconds.nullish(),
  ended_at: seconds.nullish(),
  current_period_end: seconds.nullish(),
  items: z.object({ data: z.array(item) }),
})
export type Subscription = z.infer<typeof subscription>

const statuses = new Map<string, SubscriptionState['status']>([
  ['incomplete', 'incomplete'],
  ['incomplete_expired', 'cancelled'],
  ['trialing', 'trialing'],
  ['active', 'active'],
  ['past_due', 'past_due'],
  ['unpaid', 'unpaid'],
  ['paused', 'paused'],
  ['canceled', 'cancelled'],
])

/** @throws NotUnderstood for a status we do not know, or when no period can be found in either place */
export function stateOf(subscription: Subscription): SubscriptionState {
  const status = statuses.get(subscription.status)
  if (status === undefined) throw new NotUnderstood('status: a subscription in a state that we do not know')
  const periodEnd = periodEndOf(subscription)
  // A date set for the end counts like the flag, once it lies in the period that is paid. What has ended is over at once.
  const endsAt = subscription.cancel_at ?? null
  const ends = subscription.cancel_at_period_end || (endsAt !== null && endsAt <= periodEnd)
  return {
    kind: 'subscription',
    objectId: subscription.id,
    reference: subscription.metadata.subscriptionId ?? null,
    status,
    collectionPaused: Boolean(subscription.pause_collection),
    currentPeriodEnd: dateOf(ends ? Math.min(periodEnd, endsAt ?? periodEnd) : periodEnd),
    cancelAtPeriodEnd: ends && status !== 'cancelled',
    endedAt: subscription.ended_at ? dateOf(subscription.ended_at) : null,
    price: priceOf(subscription),
  }
}

const units = ['week', 'month', 'year'] as const

function priceOf({ items }: Subscription): SubscriptionPrice | null {
  const [only, ...others] = items.data
  const price = only?.price
  const unit = units.find((known) => known === price?.recurring?.interval)
  if (!price?.unit_amount || !price.recurring || unit === undefined) return null
  if (others.length > 0 || (only?.quantity ?? 1) !== 1) return null
  const currency = price.currency.toUpperCase()
  const period = { every: price.recurring.interval_count, unit }
  return { amountMinor: fromStripeAmount(price.unit_amount, currency), currency, period }
}

function periodEndOf({ items, current_period_end }: Subscription): number {
  const ends = items.data.map((item) => item.current_period_end ?? null)
  if (ends.length > 0 && !ends.includes(null)) return Math.max(...(ends as number[]))
  if (current_period_end) return current_period_end
  throw new NotUnderstood('current_period_end: neither the subscription nor its items have one')
}

function dateOf(stamp: number): Date {
  return new Date(stamp * 1000)
}

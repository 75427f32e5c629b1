import { z } from 'zod'
import type { SubscriptionPrice, SubscriptionState } from '../provider.ts'
import { amountOf, money } from './amount.ts'
import { known } from './resource.ts'

const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** What a notification has to say of a subscription: the rest is fetched. */
export const subscriptionName = z.object({ id: z.string(), custom_id: z.string().nullish() })

const cycle = z.object({
  tenure_type: z.enum(['REGULAR', 'TRIAL']),
  frequency: z.object({
    interval_unit: z.enum(['DAY', 'WEEK', 'MONTH', 'YEAR']),
    interval_count: z.int().positive().default(1),
  }),
  pricing_scheme: z.object({ fixed_price: money.nullish() }).nullish(),
})

/** A subscription that was fetched with its plan. https://developer.paypal.com/docs/api/subscriptions/v1/#subscriptions_get */
export const subscription = subscriptionName.extend({
  status: z.enum(['APPROVAL_PENDING', 'APPROVED', 'ACTIVE', 'SUSPENDED', 'CANCELLED', 'EXPIRED']),
  status_change_note: z.string().nullish(),
  status_update_time: date.nullish(),
  start_time: date.nullish(),
  quantity: z.string().nullish(),
  billing_info: z
    .object({
      failed_payments_count: z.int().default(0),
      next_billing_time: date.nullish(),
      last_payment: z.object({ time: date }).nullish(),
      cycle_executions: z
        .array(z.object({ tenure_type: z.string(), cycles_completed: z.int(), cycles_remaining: z.int().nullish() }))
        .default([]),
    })
    .nullish(),
  plan: z.object({ billing_cycles: z.array(cycle) }).nullish(),
})
export type Subscription = z.infer<typeof subscription>

/** PayPal only knows cancelling at once; with this note the holder gives up what is left of the period, without it not. */
export const endsNow = 'Ends now'

/**
 * PayPal's states in our words. `SUSPENDED` is a pause, of ours or the holder's, unless payments have failed until it was suspended.
 * A cancelled subscription holds until the end of the period that was paid, which PayPal then no longer names: it is counted from the
 * last payment.
 */
export function stateOf(subscription: Subscription): SubscriptionState {
  const { status, billing_info: billing } = subscription
  const failed = (billing?.failed_payments_count ?? 0) > 0
  const isCancelled = status === 'CANCELLED' || status === 'EXPIRED'
  const holds = status === 'CANCELLED' && subscription.status_change_note !== endsNow
  const nextBilling = billing?.next_billing_time ?? null
  // With a payment that failed the next attempt is the next billing: nothing is paid until then.
  const paid = isCancelled ? (paidUntil(subscription) ?? (failed ? null : nextBilling)) : nextBilling
  return {
    kind: 'subscription',
    objectId: subscription.id,
    reference: subscription.custom_id ?? null,
    status: statusOf(subscription, failed),
    collectionPaused: false,
    currentPeriodEnd: paid,
    cancelAtPeriodEnd: holds,
    endedAt: isCancelled ? known(subscription.status_update_time, 'status_update_time: what ended says when') : null,
    price: priceOf(subscription),
  }
}

const units = { DAY: null, WEEK: 'week', MONTH: 'month', YEAR: 'year' } as const

function priceOf({ plan, quantity }: Subscription): SubscriptionPrice | null {
  const [regular, ...others] = plan?.billing_cycles.filter(({ tenure_type }) => tenure_type === 'REGULAR') ?? []
  const price = regular?.pricing_scheme?.fixed_price
  const unit = regular && units[regular.frequency.interval_unit]
  if (!price || !unit || others.length > 0 || (quantity ?? '1') !== '1') return null
  return { ...amountOf(price), period: { every: regular.frequency.interval_count, unit } }
}

function statusOf(subscription: Subscription, failed: boolean): SubscriptionState['status'] {
  switch (subscription.status) {
    case 'APPROVAL_PENDING':
    case 'APPROVED':
      return 'incomplete'
    case 'ACTIVE':
      return failed ? 'past_due' : isOnTrial(subscription) ? 'trialing' : 'active'
    case 'SUSPENDED':
      return failed ? 'unpaid' : 'paused'
    case 'CANCELLED':
    case 'EXPIRED':
      return 'cancelled'
  }
}

/** A trial runs as long as no regular period was begun. */
function isOnTrial({ billing_info, plan }: Subscription): boolean {
  const hasTrial = plan?.billing_cycles.some(({ tenure_type }) => tenure_type === 'TRIAL') ?? false
  const regular = billing_info?.cycle_executions.find(({ tenure_type }) => tenure_type === 'REGULAR')
  return hasTrial && (regular?.cycles_completed ?? 0) === 0
}

function paidUntil(subscription: Subscription): Date | null {
  const { billing_info, plan, start_time } = subscription
  const begun = billing_info?.last_payment?.time ?? (isOnTrial(subscription) ? start_time : null)
  const tenure = billing_info?.last_payment ? 'REGULAR' : 'TRIAL'
  const frequency = plan?.billing_cycles.find(({ tenure_type }) => tenure_type === tenure)?.frequency
  if (!begun || frequency === undefined) return null
  return later(begun, frequency.interval_unit, frequency.interval_count)
}

function later(begun: Date, unit: 'DAY' | 'WEEK' | 'MONTH' | 'YEAR', count: number): Date {
  const end = new Date(begun)
  if (unit === 'DAY') end.setUTCDate(end.getUTCDate() + count)
  if (unit === 'WEEK') end.setUTCDate(end.getUTCDate() + 7 * count)
  if (unit === 'MONTH' || unit === 'YEAR') addMonths(end, unit === 'MONTH' ? count : 12 * count)
  return end
}

/** A month after the 31st of January is the last of February. */
function addMonths(date: Date, count: number): void {
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + count)
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, daysInMonth))
}

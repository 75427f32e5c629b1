import { z } from 'zod'
import { amountOf, feeOf, read, write } from './amounts.ts'
import { buyer } from './orders.ts'
import type { PaypalEvents } from './paypal-events.ts'
import {
  type Amount,
  type BillingCycle,
  type CycleExecution,
  type KeptSubscription,
  kept,
  type Link,
  newId,
  nowText,
  type PaypalKept,
  type Sale,
  type Subscription,
} from './paypal-kept.ts'
import { notPossible } from './paypal-refusal.ts'
import { amount, readJson } from './read-json.ts'

const subscriptionRequest = z.strictObject({
  plan_id: z.string().min(3).max(50),
  start_time: z.iso.datetime({ offset: true }).optional(),
  quantity: z.string().default('1'),
  custom_id: z.string().min(1).max(127).optional(),
  subscriber: z.record(z.string(), z.unknown()).optional(),
  plan: z
    .strictObject({
      billing_cycles: z
        .array(
          z.strictObject({
            sequence: z.int(),
            total_cycles: z.int().optional(),
            pricing_scheme: z.strictObject({ fixed_price: amount }).optional(),
          }),
        )
        .optional(),
      payment_preferences: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  application_context: z
    .strictObject({
      return_url: z.url().optional(),
      cancel_url: z.url().optional(),
      brand_name: z.string().optional(),
      locale: z.string().optional(),
      shipping_preference: z.string().optional(),
      user_action: z.enum(['CONTINUE', 'SUBSCRIBE_NOW']).optional(),
      payment_method: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
})
const reasonRequest = z.strictObject({ reason: z.string().min(1).max(128) })

type Status = Subscription['status']

/** Subscriptions v1. Time passes by `renew` only. */
export class PaypalSubscriptions {
  readonly #url: string
  readonly #kept: PaypalKept
  readonly #events: PaypalEvents

  constructor(publicUrl: string, keptThings: PaypalKept, events: PaypalEvents) {
    this.#url = publicUrl
    this.#kept = keptThings
    this.#events = events
  }

  create(body: string): Subscription {
    const given = readJson(subscriptionRequest, body)
    const plan = kept(this.#kept.plans, given.plan_id)
    if (plan.status !== 'ACTIVE')
      throw notPossible(
        'PLAN_STATUS_INVALID',
        'Invalid plan status for subscription creation; plan status should be active.',
      )
    const id = newId('I-')
    const now = nowText()
    const subscription: Subscription = {
      id,
      plan_id: plan.id,
      status: 'APPROVAL_PENDING',
      status_update_time: now,
      start_time: given.start_time ?? now,
      quantity: given.quantity,
      ...(given.custom_id === undefined ? {} : { custom_id: given.custom_id }),
      ...(given.subscriber === undefined ? {} : { subscriber: given.subscriber }),
      plan_overridden: given.plan !== undefined,
      create_time: now,
      update_time: now,
      links: this.#links(id, 'APPROVAL_PENDING'),
    }
    const { return_url = null, cancel_url = null } = given.application_context ?? {}
    this.#kept.subscriptions[id] = { subscription, returnUrl: return_url, cancelUrl: cancel_url }
    void this.#tell('CREATED', subscription)
    return subscription
  }

  get(id: string): Subscription {
    return kept(this.#kept.subscriptions, id).subscription
  }

  /** `fields=plan` has the plan in it (https://developer.paypal.com/docs/api/subscriptions/v1/#subscriptions_get). */
  show(id: string, fields: string | null): object {
    const subscription = this.get(id)
    if (fields !== 'plan') return subscription
    const { name, billing_cycles, payment_preferences } = kept(this.#kept.plans, subscription.plan_id)
    return { ...subscription, plan: { name, billing_cycles, payment_preferences } }
  }

  find(id: string): KeptSubscription | undefined {
    return this.#kept.subscriptions[id]
  }

  /** The buyer agrees on the page: active, and paid at once unless it begins with a trial or later. */
  async approve(id: string): Promise<void> {
    const { subscription } = kept(this.#kept.subscriptions, id)
    if (subscription.status !== 'APPROVAL_PENDING') return
    const { currency_code } = this.priceOf(subscription)
    subscription.subscriber = {
      ...subscription.subscriber,
      name: buyer.name,
      email_address: subscription.subscriber?.email_address ?? buyer.email_address,
      payer_id: buyer.payer_id,
    }
    subscription.billing_info = {
      outstanding_balance: amountOf(0, currency_code),
      cycle_executions: kept(this.#kept.plans, subscription.plan_id).billing_cycles.map(execution),
      next_billing_time: this.#firstBilling(subscription),
      failed_payments_count: 0,
    }
    this.#become(subscription, 'ACTIVE')
    const activated = this.#tell('ACTIVATED', subscription)
    if (new Date(subscription.billing_info.next_billing_time!) <= new Date()) this.#charge(subscription)
    await activated
  }

  /** The next period begins: its payment completes, or fails and is tried again in five days. */
  renew(id: string, outcome: 'completed' | 'failed'): void {
    const subscription = this.get(id)
    if (subscription.status !== 'ACTIVE') throw invalidStatus('renew', 'active')
    if (outcome === 'completed') {
      this.#charge(subscription)
      return
    }
    subscription.billing_info!.failed_payments_count += 1
    subscription.billing_info!.outstanding_balance = this.priceOf(subscription)
    void this.#tell('PAYMENT.FAILED', subscription)
  }

  /** Answers 204. @throws PaypalRefusal when it has ended already */
  cancel(id: string, body: string): undefined {
    this.#move('cancel', id, body, ['ACTIVE', 'SUSPENDED'], 'CANCELLED')
  }

  suspend(id: string, body: string): undefined {
    this.#move('suspend', id, body, ['ACTIVE'], 'SUSPENDED')
  }

  activate(id: string, body: string): undefined {
    this.#move('activate', id, body === '' ? '{"reason":"-"}' : body, ['SUSPENDED'], 'ACTIVE')
  }

  transactions(id: string, query: URLSearchParams): object {
    const subscription = this.get(id)
    const from = query.get('start_time') ?? ''
    const to = query.get('end_time') ?? '9'
    if (query.get('start_time') === null || query.get('end_time') === null)
      throw notPossible('MISSING_REQUIRED_PARAMETER', 'start_time and end_time are required.')
    const transactions = Object.values(this.#kept.sales)
      .filter((sale) => sale.billing_agreement_id === id && sale.create_time >= from && sale.create_time <= to)
      .map((sale) => {
        const sum = { currency_code: sale.amount.currency, value: sale.amount.total }
        const fee = { currency_code: sale.transaction_fee.currency, value: sale.transaction_fee.value }
        return {
          id: sale.id,
          status:
            { completed: 'COMPLETED', pending: 'PENDING', denied: 'DECLINED' }[sale.state as string] ??
            sale.state.toUpperCase(),
          amount_with_breakdown: {
            gross_amount: sum,
            fee_amount: fee,
            net_amount: amountOf(read(sum) - read(fee), sum.currency_code),
          },
          payer_name: buyer.name,
          payer_email: subscription.subscriber?.email_address ?? buyer.email_address,
          time: sale.create_time,
        }
      })
    const links = [{ href: `${this.#url}/v1/billing/subscriptions/${id}/transactions`, rel: 'self', method: 'GET' }]
    return { transactions, total_items: transactions.length, total_pages: 1, links }
  }

  priceOf(subscription: Subscription): Amount {
    return this.#regular(subscription).pricing_scheme!.fixed_price
  }

  #regular({ plan_id }: Subscription): BillingCycle {
    return kept(this.#kept.plans, plan_id).billing_cycles.find(({ tenure_type }) => tenure_type === 'REGULAR')!
  }

  #firstBilling({ plan_id, start_time }: Subscription): string {
    const trial = kept(this.#kept.plans, plan_id).billing_cycles.find(({ tenure_type }) => tenure_type === 'TRIAL')
    if (trial === undefined) return start_time
    return Array.from({ length: trial.total_cycles }).reduce<string>((at) => after(at, trial), start_time)
  }

  #charge(subscription: Subscription): void {
    const price = this.priceOf(subscription)
    const now = nowText()
    const id = newId()
    const self = `${this.#url}/v1/payments/sale/${id}`
    const sale: Sale = {
      id,
      state: 'completed',
      amount: { total: price.value, currency: price.currency_code, details: { subtotal: price.value } },
      payment_mode: 'INSTANT_TRANSFER',
      protection_eligibility: 'ELIGIBLE',
      transaction_fee: { value: write(feeOf(read(price)), price.currency_code), currency: price.currency_code },
      billing_agreement_id: subscription.id,
      ...(subscription.custom_id === undefined ? {} : { custom: subscription.custom_id }),
      create_time: now,
      update_time: now,
      links: [
        { href: self, rel: 'self', method: 'GET' },
        { href: `${self}/refund`, rel: 'refund', method: 'POST' },
      ],
    }
    this.#kept.sales[id] = sale
    const billing = subscription.billing_info!
    billing.last_payment = { amount: price, time: now }
    billing.next_billing_time = after(billing.next_billing_time ?? now, this.#regular(subscription))
    billing.outstanding_balance = amountOf(0, price.currency_code)
    billing.failed_payments_count = 0
    for (const each of billing.cycle_executions)
      if (each.tenure_type === 'REGULAR') each.cycles_completed += 1
      else Object.assign(each, { cycles_completed: each.total_cycles, cycles_remaining: 0 })
    void this.#events.emit({
      type: 'PAYMENT.SALE.COMPLETED',
      summary: `Payment completed for ${price.value} ${price.currency_code}`,
      resourceType: 'sale',
      resource: sale,
    })
  }

  #move(action: string, id: string, body: string, from: Status[], to: Status): undefined {
    const { reason } = readJson(reasonRequest, body)
    const subscription = this.get(id)
    if (!from.includes(subscription.status)) throw invalidStatus(action, from.join(' or ').toLowerCase())
    subscription.status_change_note = reason
    this.#become(subscription, to)
    void this.#tell(to === 'ACTIVE' ? 'ACTIVATED' : to, subscription)
  }

  #become(subscription: Subscription, status: Status): void {
    subscription.status = status
    subscription.status_update_time = nowText()
    subscription.update_time = subscription.status_update_time
    subscription.links = this.#links(subscription.id, status)
    if (status === 'CANCELLED') delete subscription.billing_info?.next_billing_time
  }

  #tell(what: string, subscription: Subscription): Promise<void> {
    return this.#events.emit({
      type: `BILLING.SUBSCRIPTION.${what}`,
      summary: `A billing subscription: ${what.toLowerCase()}.`,
      resourceType: 'subscription',
      resourceVersion: '2.0',
      resource: subscription,
    })
  }

  #links(id: string, status: Status): Link[] {
    const self = `${this.#url}/v1/billing/subscriptions/${id}`
    const approve = { href: `${this.#url}/webapps/billing/subscriptions?ba_token=${id}`, rel: 'approve', method: 'GET' }
    const actions =
      { ACTIVE: ['suspend', 'cancel', 'capture'], SUSPENDED: ['activate', 'cancel', 'capture'] }[status as string] ?? []
    return [
      ...(status === 'APPROVAL_PENDING' ? [approve] : []),
      { href: self, rel: 'self', method: 'GET' },
      { href: self, rel: 'edit', method: 'PATCH' },
      ...actions.map((rel) => ({ href: `${self}/${rel}`, rel, method: 'POST' })),
    ]
  }
}

function execution({ tenure_type, sequence, total_cycles }: BillingCycle): CycleExecution {
  return { tenure_type, sequence, cycles_completed: 0, cycles_remaining: total_cycles, total_cycles }
}

/** In the words of PayPal's document. */
function invalidStatus(action: string, wanted: string) {
  const description = `Invalid subscription status for ${action} action; subscription status should be ${wanted}.`
  return notPossible('SUBSCRIPTION_STATUS_INVALID', description)
}

function after(at: string, { frequency }: BillingCycle): string {
  const date = new Date(at)
  const { interval_unit, interval_count } = frequency
  if (interval_unit === 'DAY') date.setUTCDate(date.getUTCDate() + interval_count)
  else if (interval_unit === 'WEEK') date.setUTCDate(date.getUTCDate() + 7 * interval_count)
  else {
    const day = date.getUTCDate()
    date.setUTCDate(1)
    date.setUTCMonth(date.getUTCMonth() + interval_count * (interval_unit === 'YEAR' ? 12 : 1))
    const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
    date.setUTCDate(Math.min(day, lastDay))
  }
  return date.toISOString().replace('.000Z', 'Z')
}

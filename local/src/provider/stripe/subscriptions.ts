import type Stripe from 'stripe'
import { z } from 'zod'
import type { StripeEvents } from './events.ts'
import { expand, flag, integer, metadata, readParameters, text } from './parameters.ts'
import type { Payments } from './payments.ts'
import { type KeptCheckout, kept, nowSeconds, type StripeKept } from './stripe-kept.ts'
import { StripeRefusal } from './stripe-refusal.ts'
import {
  addInterval,
  type BillingReason,
  newInvoice,
  newInvoicePayment,
  newSubscription,
} from './subscription-shapes.ts'

const pauseBehavior = z.enum(['keep_as_draft', 'mark_uncollectible', 'void'])
const updateParameters = z.strictObject({
  cancel_at_period_end: flag.optional(),
  pause_collection: z
    .union([z.literal(''), z.strictObject({ behavior: pauseBehavior, resumes_at: integer.optional() })])
    .optional(),
  metadata: metadata.optional(),
  description: text.optional(),
  proration_behavior: z.string().optional(),
  trial_end: z.union([z.literal('now'), integer]).optional(),
  expand,
})
const cancelParameters = z.strictObject({
  invoice_now: flag.optional(),
  prorate: flag.optional(),
  cancellation_details: z.strictObject({ comment: z.string().optional(), feedback: z.string().optional() }).optional(),
  expand,
})
const pauseParameters = z.looseObject({})

/** Subscriptions and their invoices. Time passes by `renew` only: nobody waits a month here. */
export class Subscriptions {
  readonly #kept: StripeKept
  readonly #events: StripeEvents
  readonly #payments: Payments

  constructor(kept: StripeKept, events: StripeEvents, payments: Payments) {
    this.#kept = kept
    this.#events = events
    this.#payments = payments
  }

  /** What a paid checkout orders: the subscription, and its first invoice. */
  begin(checkout: KeptCheckout, customer: string): { subscription: Stripe.Subscription; invoice: Stripe.Invoice } {
    const ordered = checkout.subscription!
    const subscription = newSubscription(ordered, customer, checkout.session.currency!)
    this.#kept.subscriptions[subscription.id] = subscription
    void this.#events.emit('customer.subscription.created', subscription)
    const description = `${ordered.quantity} × ${ordered.productName}`
    const amount = ordered.trialDays > 0 ? 0 : ordered.unitAmount * ordered.quantity
    const invoice = this.#invoice(subscription, 'subscription_create', amount, description, 'paid')
    return { subscription, invoice }
  }

  /** The next period begins: its invoice is paid, or the card is declined and the subscription past due. */
  renew(id: string, outcome: 'paid' | 'failed'): Stripe.Invoice {
    const subscription = this.#living(id)
    if (subscription.cancel_at_period_end) {
      this.#end(subscription)
      return kept(this.#kept.invoices, subscription.latest_invoice as string, 'invoice')
    }
    const item = subscription.items.data[0]!
    const before = { status: subscription.status, latest_invoice: subscription.latest_invoice }
    const { interval, interval_count } = item.price.recurring!
    item.current_period_start = item.current_period_end
    item.current_period_end = addInterval(item.current_period_start, interval, interval_count)
    if (subscription.status !== 'paused') subscription.status = outcome === 'paid' ? 'active' : 'past_due'
    const amount = (item.price.unit_amount ?? 0) * (item.quantity ?? 1)
    const description = `${item.quantity} × ${subscription.description ?? 'Subscription'}`
    const invoice = this.#invoice(
      subscription,
      'subscription_cycle',
      amount,
      description,
      outcome === 'paid' && subscription.pause_collection === null ? 'paid' : 'open',
    )
    void this.#events.emit('customer.subscription.updated', subscription, before)
    return invoice
  }

  /** The card works again: what is open is paid. */
  payOpen(id: string): void {
    const subscription = this.#living(id)
    const invoice = kept(this.#kept.invoices, subscription.latest_invoice as string, 'invoice')
    if (invoice.status !== 'open') throw new StripeRefusal(400, { message: 'Invoice is already paid' })
    const before = { status: subscription.status }
    invoice.status = 'paid'
    invoice.amount_paid = invoice.amount_due
    invoice.amount_remaining = 0
    invoice.status_transitions.paid_at = nowSeconds()
    this.#pay(subscription, invoice)
    subscription.status = 'active'
    void this.#events.emit('customer.subscription.updated', subscription, before)
  }

  /** The last try failed: unpaid, as the merchant's settings say. */
  giveUp(id: string): void {
    this.#change(this.#living(id), { status: 'unpaid' }, 'customer.subscription.updated')
  }

  update(id: string, body: string): Stripe.Subscription {
    const given = readParameters(updateParameters, body)
    const subscription = this.#living(id)
    const changes: Partial<Stripe.Subscription> = {}
    if (given.cancel_at_period_end !== undefined) {
      changes.cancel_at_period_end = given.cancel_at_period_end
      changes.cancel_at = given.cancel_at_period_end ? subscription.items.data[0]!.current_period_end : null
      changes.canceled_at = given.cancel_at_period_end ? nowSeconds() : null
    }
    if (given.pause_collection === '') changes.pause_collection = null
    else if (given.pause_collection !== undefined) {
      const { behavior, resumes_at } = given.pause_collection
      changes.pause_collection = { behavior, resumes_at: resumes_at ?? null }
    }
    if (given.metadata !== undefined) changes.metadata = { ...subscription.metadata, ...given.metadata }
    if (given.description !== undefined) changes.description = given.description
    if (given.trial_end !== undefined && subscription.status === 'trialing') {
      changes.trial_end = given.trial_end === 'now' ? nowSeconds() : given.trial_end
      if (given.trial_end === 'now') changes.status = 'active'
    }
    return this.#change(subscription, changes, 'customer.subscription.updated')
  }

  cancel(id: string, body: string): Stripe.Subscription {
    readParameters(cancelParameters, body)
    return this.#end(this.#living(id))
  }

  /** Endive's own pause: the status itself is `paused`, unlike with `pause_collection`. */
  pause(id: string, body: string): Stripe.Subscription {
    readParameters(pauseParameters, body)
    const subscription = this.#living(id)
    if (subscription.status === 'paused')
      throw new StripeRefusal(400, { message: 'This subscription is paused already.' })
    const statusDetails = { paused: { subscription: { type: 'pause_requested' }, type: 'subscription' } }
    const changes = { status: 'paused', status_details: statusDetails } as unknown as Partial<Stripe.Subscription>
    return this.#change(subscription, changes, 'customer.subscription.paused')
  }

  resume(id: string, body: string): Stripe.Subscription {
    readParameters(pauseParameters, body)
    const subscription = this.#living(id)
    if (subscription.status !== 'paused') {
      throw new StripeRefusal(400, { message: 'Only subscriptions with a status of `paused` can be resumed.' })
    }
    return this.#change(subscription, { status: 'active' }, 'customer.subscription.resumed')
  }

  /** @throws StripeRefusal when there is none, or it has ended: an ended one cannot be changed any more */
  #living(id: string): Stripe.Subscription {
    const subscription = kept(this.#kept.subscriptions, id, 'subscription')
    if (subscription.status !== 'canceled') return subscription
    throw new StripeRefusal(404, { code: 'resource_missing', message: `No such subscription: ${id}`, param: 'id' })
  }

  #change(subscription: Stripe.Subscription, changes: Partial<Stripe.Subscription>, type: string): Stripe.Subscription {
    const before = Object.fromEntries(
      Object.keys(changes).map((name) => [name, subscription[name as keyof Stripe.Subscription]]),
    )
    Object.assign(subscription, changes)
    void this.#events.emit(type, subscription, before)
    return subscription
  }

  #end(subscription: Stripe.Subscription): Stripe.Subscription {
    const now = nowSeconds()
    const changes: Partial<Stripe.Subscription> = {
      status: 'canceled',
      canceled_at: now,
      ended_at: now,
      cancellation_details: {
        comment: null,
        feedback: null,
        feedback_option: null,
        reason: 'cancellation_requested',
      },
    }
    return this.#change(subscription, changes, 'customer.subscription.deleted')
  }

  #invoice(
    subscription: Stripe.Subscription,
    reason: BillingReason,
    amount: number,
    description: string,
    status: 'paid' | 'open',
  ): Stripe.Invoice {
    const number = `TP-${String(Object.keys(this.#kept.invoices).length + 1).padStart(4, '0')}`
    const invoice = newInvoice(subscription, number, { reason, amount, description, status })
    this.#kept.invoices[invoice.id!] = invoice
    subscription.latest_invoice = invoice.id!
    void this.#events.emit('invoice.finalized', invoice)
    if (status === 'paid') this.#pay(subscription, invoice)
    else if (subscription.pause_collection === null) {
      const intent = this.#payments.process({ amount, currency: invoice.currency }, ownerOf(subscription, description))
      this.#payments.fail(intent)
      this.#record(invoice, intent)
      void this.#events.emit('invoice.payment_failed', invoice)
    }
    return invoice
  }

  #pay(subscription: Stripe.Subscription, invoice: Stripe.Invoice): void {
    if (invoice.amount_due > 0) {
      const sum = { amount: invoice.amount_due, currency: invoice.currency }
      const intent = this.#payments.succeed(sum, ownerOf(subscription, 'Subscription'))
      this.#record(invoice, intent)
    }
    void this.#events.emit('invoice.paid', invoice)
    void this.#events.emit('invoice.payment_succeeded', invoice)
  }

  #record(invoice: Stripe.Invoice, intent: Stripe.PaymentIntent): void {
    const payment = newInvoicePayment(invoice, intent)
    this.#kept.invoice_payments[payment.id] = payment
  }
}

function ownerOf({ customer }: Stripe.Subscription, description: string) {
  return { customer: customer as string, metadata: {}, description }
}

import type Stripe from 'stripe'
import { newSession } from './checkout-session.ts'
import type { StripeEvents } from './events.ts'
import type { Payments } from './payments.ts'
import { readSessionParameters, type SessionParameters } from './session-parameters.ts'
import { type KeptCheckout, kept, nowSeconds, type StripeKept } from './stripe-kept.ts'
import { StripeRefusal } from './stripe-refusal.ts'
import { newCustomer } from './subscription-shapes.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Hosted checkouts: what a merchant begins and a person ends on the page. */
export class Checkouts {
  readonly #publicUrl: string
  readonly #kept: StripeKept
  readonly #events: StripeEvents
  readonly #payments: Payments
  readonly #subscriptions: Subscriptions

  constructor(
    publicUrl: string,
    kept: StripeKept,
    events: StripeEvents,
    payments: Payments,
    subscriptions: Subscriptions,
  ) {
    this.#publicUrl = publicUrl
    this.#kept = kept
    this.#events = events
    this.#payments = payments
    this.#subscriptions = subscriptions
  }

  /** @throws StripeRefusal */
  create(body: string): Stripe.Checkout.Session {
    const given = readSessionParameters(body)
    if (given.customer !== undefined) kept(this.#kept.customers, given.customer, 'customer', 'customer')
    const session = newSession(given, this.#publicUrl, nowSeconds())
    const lines = given.line_items.map(({ quantity, price_data: { product_data } }) =>
      quantity === 1 ? product_data.name : `${quantity} × ${product_data.name}`,
    )
    const paymentMetadata = given.mode === 'payment' ? (given.payment_intent_data?.metadata ?? {}) : {}
    const checkout = { session, lines, paymentMetadata, ...ordered(given) }
    this.#kept.checkouts[session.id] = checkout
    return session
  }

  /** Ends a checkout that is past its time: it does when somebody looks at it. */
  find(id: string): KeptCheckout | undefined {
    const checkout = this.#kept.checkouts[id]
    if (checkout?.session.status === 'open' && checkout.session.expires_at <= nowSeconds()) this.#end(checkout.session)
    return checkout
  }

  /** @throws StripeRefusal when there is none */
  get(id: string): Stripe.Checkout.Session {
    this.find(id)
    return kept(this.#kept.checkouts, id, 'checkout.session', 'session').session
  }

  /** @throws StripeRefusal when there is none, or when it is not open any more */
  expire(id: string): Stripe.Checkout.Session {
    const session = this.get(id)
    if (session.status !== 'open') {
      const message = `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`
      throw new StripeRefusal(400, { message })
    }
    this.#end(session)
    return session
  }

  /** The driver pays by card. A second click finds the checkout complete, moves nothing and tells nobody. */
  async pay(id: string): Promise<void> {
    const session = this.get(id)
    if (session.status !== 'open') return
    const checkout = this.#kept.checkouts[id]!
    complete(session)
    session.payment_status = session.amount_total === 0 ? 'no_payment_required' : 'paid'
    if (session.mode === 'subscription') {
      const customer = this.#customerOf(session)
      const { subscription, invoice } = this.#subscriptions.begin(checkout, customer)
      session.customer = customer
      session.subscription = subscription.id
      session.invoice = invoice.id!
      if (invoice.amount_due === 0) session.payment_status = 'no_payment_required'
    } else session.payment_intent = this.#payments.succeed(sumOf(session), ownerOf(checkout)).id
    await this.#events.emit('checkout.session.completed', session)
  }

  /** The driver pays by bank debit: the checkout is complete, the money comes later. */
  async payLater(id: string): Promise<void> {
    const session = this.get(id)
    if (session.status !== 'open' || session.mode !== 'payment') return
    complete(session)
    session.payment_intent = this.#payments.process(sumOf(session), ownerOf(this.#kept.checkouts[id]!)).id
    await this.#events.emit('checkout.session.completed', session)
  }

  /** The money of a bank debit came, or did not. */
  async settle(id: string, outcome: 'succeeded' | 'failed'): Promise<void> {
    const session = this.get(id)
    if (session.status !== 'complete' || session.payment_status !== 'unpaid') {
      throw new StripeRefusal(400, { message: `Nothing is on its way for ${id}` })
    }
    this.#payments.settle(session.payment_intent as string, outcome)
    if (outcome === 'succeeded') session.payment_status = 'paid'
    await this.#events.emit(`checkout.session.async_payment_${outcome}`, session)
  }

  #customerOf(session: Stripe.Checkout.Session): string {
    if (session.customer !== null) return session.customer as string
    const customer = newCustomer({ email: session.customer_details!.email, name: 'Test Driver' })
    this.#kept.customers[customer.id] = customer
    void this.#events.emit('customer.created', customer)
    return customer.id
  }

  #end(session: Stripe.Checkout.Session): void {
    session.status = 'expired'
    session.url = null
    void this.#events.emit('checkout.session.expired', session)
  }
}

function ordered(given: SessionParameters): Pick<KeptCheckout, 'subscription'> {
  if (given.mode !== 'subscription') {
    if (given.line_items.some(({ price_data }) => price_data.recurring !== undefined)) {
      const message =
        'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.'
      throw new StripeRefusal(400, { message, param: 'line_items' })
    }
    return {}
  }
  const [line] = given.line_items
  const recurring = line?.price_data.recurring
  if (line === undefined || recurring === undefined) {
    const message = 'You must provide at least one recurring price in `subscription` mode when using prices.'
    throw new StripeRefusal(400, { message, param: 'line_items' })
  }
  const data = given.subscription_data ?? {}
  return {
    subscription: {
      description: data.description ?? line.price_data.product_data.name,
      metadata: data.metadata ?? {},
      trialDays: data.trial_period_days ?? 0,
      interval: recurring.interval,
      intervalCount: recurring.interval_count ?? 1,
      quantity: line.quantity,
      unitAmount: line.price_data.unit_amount,
      productName: line.price_data.product_data.name,
    },
  }
}

function complete(session: Stripe.Checkout.Session): void {
  session.status = 'complete'
  session.url = null
  session.customer_details = payer(session.customer_email)
}

const sumOf = ({ amount_total, currency }: Stripe.Checkout.Session) => ({ amount: amount_total!, currency: currency! })

function ownerOf({ session, lines, paymentMetadata }: KeptCheckout) {
  return { customer: session.customer as string | null, metadata: paymentMetadata, description: lines.join(', ') }
}

function payer(email: string | null): Stripe.Checkout.Session.CustomerDetails {
  const name = 'Test Driver'
  const nothing = { address: null, business_name: null, individual_name: null, phone: null, tax_ids: [] }
  return { ...nothing, email: email ?? 'driver@example.com', name, tax_exempt: 'none' }
}

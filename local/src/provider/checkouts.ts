import type Stripe from 'stripe'
import { newId, newSession } from './checkout-session.ts'
import { readSessionParameters } from './session-parameters.ts'
import { StripeRefusal } from './stripe-refusal.ts'

export type CheckoutEventType = 'checkout.session.completed' | 'checkout.session.expired'

/** Tells the merchant. Settles when the first delivery was answered, or failed. */
export type Notify = (type: CheckoutEventType, session: Stripe.Checkout.Session) => Promise<void>

/** A checkout, and what its page shows: Stripe keeps line items apart from the session. */
export type CheckoutOnPage = { session: Stripe.Checkout.Session; lines: string[] }

/** All checkouts of this process, by id. */
export class Checkouts {
  readonly #publicUrl: string
  readonly #notify: Notify
  readonly #checkouts = new Map<string, CheckoutOnPage>()

  constructor(publicUrl: string, notify: Notify) {
    this.#publicUrl = publicUrl
    this.#notify = notify
  }

  /** @throws StripeRefusal */
  create(body: string): Stripe.Checkout.Session {
    const given = readSessionParameters(body)
    const session = newSession(given, this.#publicUrl, nowSeconds())
    const lines = given.line_items.map(({ quantity, price_data: { product_data } }) =>
      quantity === 1 ? product_data.name : `${quantity} × ${product_data.name}`,
    )
    this.#checkouts.set(session.id, { session, lines })
    return structuredClone(session)
  }

  /** A copy: what was answered once does not change later. */
  find(id: string): CheckoutOnPage | undefined {
    const checkout = this.#checkouts.get(id)
    if (checkout === undefined) return undefined
    if (checkout.session.status === 'open' && checkout.session.expires_at <= nowSeconds()) this.#end(checkout.session)
    return structuredClone(checkout)
  }

  /** @throws StripeRefusal when there is none, or when it is not open any more */
  expire(id: string): Stripe.Checkout.Session {
    const session = this.#open(id)
    if (session === undefined) {
      const status = this.find(id)!.session.status
      const message = `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${status}\`.`
      throw new StripeRefusal(400, { message })
    }
    this.#end(session)
    return structuredClone(session)
  }

  /** The driver pays. A second click finds the checkout complete, moves nothing and tells nobody. */
  async pay(id: string): Promise<void> {
    const session = this.#open(id)
    if (session === undefined) return
    session.status = 'complete'
    session.payment_status = 'paid'
    session.payment_intent = newId('pi_')
    session.url = null
    session.customer_details = payer(session.customer_email)
    await this.#notify('checkout.session.completed', structuredClone(session))
  }

  /** @throws StripeRefusal when there is no such checkout */
  #open(id: string): Stripe.Checkout.Session | undefined {
    const session = this.find(id) && this.#checkouts.get(id)?.session
    if (session === undefined) throw noSuchCheckout(id)
    return session.status === 'open' ? session : undefined
  }

  #end(session: Stripe.Checkout.Session): void {
    session.status = 'expired'
    session.url = null
    void this.#notify('checkout.session.expired', structuredClone(session))
  }
}

export function noSuchCheckout(id: string): StripeRefusal {
  return new StripeRefusal(404, {
    code: 'resource_missing',
    message: `No such checkout.session: '${id}'`,
    param: 'session',
  })
}

function payer(email: string | null): Stripe.Checkout.Session.CustomerDetails {
  const name = 'Test Driver'
  const nothing = { address: null, business_name: null, individual_name: null, phone: null, tax_ids: [] }
  return { ...nothing, email: email ?? 'driver@example.com', name, tax_exempt: 'none' }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

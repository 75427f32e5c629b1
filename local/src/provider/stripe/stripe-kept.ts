import { randomBytes } from 'node:crypto'
import type Stripe from 'stripe'
import { StripeRefusal } from './stripe-refusal.ts'

/** The API version whose shapes these are. */
export const apiVersion = '2026-10-28.endive'

/** A checkout, what its page shows (Stripe keeps line items apart from the session), and what it makes when it is paid. */
export type KeptCheckout = {
  session: Stripe.Checkout.Session
  lines: string[]
  paymentMetadata: Stripe.Metadata
  subscription?: {
    description: string | null
    metadata: Stripe.Metadata
    trialDays: number
    interval: Stripe.Price.Recurring.Interval
    intervalCount: number
    quantity: number
    unitAmount: number
    productName: string
  }
}

export type KeptEvent = { event: Stripe.Event; delivered: boolean }

/** Everything this Stripe knows, by id. */
export type StripeKept = {
  checkouts: Record<string, KeptCheckout>
  payment_intents: Record<string, Stripe.PaymentIntent>
  charges: Record<string, Stripe.Charge>
  balance_transactions: Record<string, Stripe.BalanceTransaction>
  refunds: Record<string, Stripe.Refund>
  disputes: Record<string, Stripe.Dispute>
  customers: Record<string, Stripe.Customer | Stripe.DeletedCustomer>
  subscriptions: Record<string, Stripe.Subscription>
  invoices: Record<string, Stripe.Invoice>
  invoice_payments: Record<string, Stripe.InvoicePayment>
  portals: Record<string, Stripe.BillingPortal.Session>
  events: Record<string, KeptEvent>
}

export function emptyStripe(): StripeKept {
  return {
    checkouts: {},
    payment_intents: {},
    charges: {},
    balance_transactions: {},
    refunds: {},
    disputes: {},
    customers: {},
    subscriptions: {},
    invoices: {},
    invoice_payments: {},
    portals: {},
    events: {},
  }
}

/** An identifier as Stripe makes them: a prefix that says what it is of, then letters and digits. */
export function newId(prefix: string): string {
  return `${prefix}${randomBytes(12).toString('hex')}`
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** @throws StripeRefusal when there is none */
export function kept<T>(collection: Record<string, T>, id: string, object: string, param = 'id'): T {
  const found = Object.hasOwn(collection, id) ? collection[id] : undefined
  if (found !== undefined) return found
  throw new StripeRefusal(404, { code: 'resource_missing', message: `No such ${object}: '${id}'`, param })
}

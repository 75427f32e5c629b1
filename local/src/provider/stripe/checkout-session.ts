import type Stripe from 'stripe'
import type { SessionParameters } from './session-parameters.ts'
import { newId } from './stripe-kept.ts'
import { StripeRefusal } from './stripe-refusal.ts'

const day = 24 * 60 * 60
const shortest = 30 * 60
const minimums: Record<string, number> = { eur: 50, usd: 50, chf: 50, gbp: 30 }

/**
 * A new, open checkout session in Stripe's current shape.
 * @throws StripeRefusal when it would end too soon or too late, mix currencies, or cost less than Stripe takes
 */
export function newSession(given: SessionParameters, publicUrl: string, nowSeconds: number): Stripe.Checkout.Session {
  const id = newId('cs_test_')
  const { amount, currency } = total(given)
  return {
    ...unused,
    id,
    amount_subtotal: amount,
    amount_total: amount,
    adaptive_pricing: { enabled: given.adaptive_pricing?.enabled ?? true },
    cancel_url: given.cancel_url ?? null,
    client_reference_id: given.client_reference_id ?? null,
    created: nowSeconds,
    currency,
    customer: given.customer ?? null,
    customer_email: given.customer_email ?? null,
    expires_at: expiry(given.expires_at, nowSeconds),
    locale: (given.locale ?? null) as Stripe.Checkout.Session.Locale | null,
    metadata: given.metadata ?? {},
    mode: given.mode,
    payment_method_collection: given.mode === 'subscription' ? 'always' : 'if_required',
    payment_method_types: given.payment_method_types ?? ['card'],
    success_url: given.success_url,
    url: `${publicUrl}/c/pay/${id}`,
  }
}

function total({ mode, line_items }: SessionParameters): { amount: number; currency: string } {
  const currencies = new Set(line_items.map(({ price_data }) => price_data.currency))
  const [currency] = currencies
  if (currency === undefined || currencies.size > 1) {
    throw new StripeRefusal(400, { message: 'All line items must have one currency', param: 'line_items' })
  }
  const amount = line_items.reduce((sum, { price_data, quantity }) => sum + price_data.unit_amount * quantity, 0)
  const minimum = mode === 'payment' ? (minimums[currency] ?? 1) : 0
  if (amount < minimum) {
    const message = `The Checkout Session's total amount must convert to at least ${minimum} ${currency} minor units.`
    throw new StripeRefusal(400, { code: 'amount_too_small', message, param: 'line_items' })
  }
  return { amount, currency }
}

function expiry(given: number | undefined, nowSeconds: number): number {
  const param = 'expires_at'
  if (given === undefined) return nowSeconds + day
  if (given < nowSeconds + shortest) {
    throw new StripeRefusal(400, {
      message: `\`${param}\` must be at least 30 minutes from Checkout Session creation.`,
      param,
    })
  }
  if (given > nowSeconds + day) {
    throw new StripeRefusal(400, {
      message: `\`${param}\` must be less than 24 hours from Checkout Session creation.`,
      param,
    })
  }
  return given
}

/** What a one-off payment by card leaves as it is. */
const unused = {
  object: 'checkout.session',
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  client_secret: null,
  collected_information: { business_name: null, individual_name: null, shipping_details: null },
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
  customer: null,
  customer_account: null,
  customer_creation: 'if_required',
  customer_details: null,
  discounts: [],
  integration_identifier: null,
  invoice: null,
  invoice_creation: {
    enabled: false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: null,
      metadata: {},
      rendering_options: null,
    },
  },
  livemode: false,
  locale: null,
  managed_payments: null,
  mode: 'payment',
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_collection: 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: {},
  payment_status: 'unpaid',
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  status: 'open',
  submit_type: null,
  subscription: null,
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  ui_mode: 'hosted_page',
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>

import type Stripe from 'stripe'
import { ProviderUnavailable } from '../errors.ts'
import type { Checkout, CheckoutRequest, SubscriptionCheckoutRequest } from '../provider.ts'
import { toStripeAmount } from './amount.ts'
import { ask } from './call.ts'

type Parameters = Stripe.Checkout.SessionCreateParams

/** Stripe keeps a checkout open for at least 30 minutes from its creation; the rest is room for clocks and slow requests. */
const expiryFloorSeconds = 31 * 60

/**
 * Begins a hosted checkout (https://docs.stripe.com/api/checkout/sessions/create). The quote id is the only thing about the stay
 * that Stripe learns. The page outlives the quote by 31 minutes: counted from the quote's end and not from now, because a repeat with
 * the same idempotency key must send the same bytes.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function createCheckout(client: Stripe, request: CheckoutRequest): Promise<Checkout> {
  const metadata = { quoteId: request.quoteId }
  return begin(client, request, {
    mode: 'payment',
    line_items: [{ quantity: 1, price_data: priceOf(request) }],
    client_reference_id: request.quoteId,
    metadata,
    payment_intent_data: { metadata },
    ...(request.expiresAt === undefined
      ? {}
      : { expires_at: Math.floor(request.expiresAt.getTime() / 1000) + expiryFloorSeconds }),
  })
}

/**
 * Begins a hosted checkout for a subscription. Our id of it goes into the subscription, whose invoices repeat it: whatever Stripe tells
 * of either later can be laid to it.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function createSubscriptionCheckout(
  client: Stripe,
  request: SubscriptionCheckoutRequest,
): Promise<Checkout> {
  const { every, unit } = request.period
  const metadata = { subscriptionId: request.subscriptionId }
  const recurring = { interval: unit, interval_count: every }
  return begin(client, request, {
    mode: 'subscription',
    line_items: [{ quantity: 1, price_data: { ...priceOf(request), recurring } }],
    client_reference_id: request.subscriptionId,
    customer_email: request.email,
    metadata,
    subscription_data: { metadata, ...(request.trialDays > 0 ? { trial_period_days: request.trialDays } : {}) },
  })
}

function priceOf({ currency, amountMinor, description }: CheckoutRequest | SubscriptionCheckoutRequest) {
  return {
    currency: currency.toLowerCase(),
    unit_amount: toStripeAmount(amountMinor, currency),
    product_data: { name: description },
  }
}

async function begin(
  client: Stripe,
  { successUrl, cancelUrl, idempotencyKey }: Pick<CheckoutRequest, 'successUrl' | 'cancelUrl' | 'idempotencyKey'>,
  parameters: Parameters,
): Promise<Checkout> {
  const whole: Parameters = {
    ...parameters,
    // A price converted for the driver's card would come back as another currency than the quote's.
    adaptive_pricing: { enabled: false },
    success_url: successUrl,
    cancel_url: cancelUrl,
  }
  const session = await ask(client.checkout.sessions.create(whole, { idempotencyKey }))
  if (session.url === null) throw new ProviderUnavailable(`Stripe gave checkout ${session.id} no page`)
  return { redirectUrl: session.url, providerObjectId: session.id }
}

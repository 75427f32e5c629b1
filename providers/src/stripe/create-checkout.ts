import Stripe from 'stripe'
import { ProviderRefused, ProviderUnavailable } from '../errors.ts'
import type { Checkout, CheckoutRequest } from '../provider.ts'
import { toStripeAmount } from './amount.ts'

/** Stripe keeps a checkout open for at least 30 minutes from its creation; the rest is room for clocks and slow requests. */
const expiryFloorSeconds = 31 * 60

/**
 * Begins a hosted checkout (https://docs.stripe.com/api/checkout/sessions/create). The quote id is the only thing about the stay
 * that Stripe learns. The page outlives the quote by 31 minutes: counted from the quote's end and not from now, because a repeat with
 * the same idempotency key must send the same bytes.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function createCheckout(client: Stripe, request: CheckoutRequest): Promise<Checkout> {
  const parameters = sessionParameters(request)
  try {
    const session = await client.checkout.sessions.create(parameters, { idempotencyKey: request.idempotencyKey })
    if (session.url === null) throw new ProviderUnavailable(`Stripe gave checkout ${session.id} no page`)
    return { redirectUrl: session.url, providerObjectId: session.id }
  } catch (error) {
    throw inOurWords(error)
  }
}

function sessionParameters(request: CheckoutRequest): Stripe.Checkout.SessionCreateParams {
  const metadata = { quoteId: request.quoteId }
  return {
    mode: 'payment',
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: request.currency.toLowerCase(),
          unit_amount: toStripeAmount(request.amountMinor, request.currency),
          product_data: { name: request.description },
        },
      },
    ],
    client_reference_id: request.quoteId,
    metadata,
    payment_intent_data: { metadata },
    // A price converted for the driver's card would come back as another currency than the quote's.
    adaptive_pricing: { enabled: false },
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
    ...(request.expiresAt === undefined
      ? {}
      : { expires_at: Math.floor(request.expiresAt.getTime() / 1000) + expiryFloorSeconds }),
  }
}

/** A refused request is refused for good; whatever else goes wrong between Stripe and us may pass. */
function inOurWords(error: unknown): Error {
  if (
    error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeIdempotencyError
  ) {
    const code = error.code ?? error.rawType ?? 'refused'
    return new ProviderRefused(code, `Stripe refused the checkout: ${error.message}`, { cause: error })
  }
  if (error instanceof Stripe.errors.StripeError) {
    return new ProviderUnavailable(`Stripe could not begin a checkout: ${error.message}`, { cause: error })
  }
  return error instanceof Error ? error : new Error(String(error))
}

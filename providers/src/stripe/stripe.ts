import type { PaymentProvider, PaymentWebhook } from '../provider.ts'
import { changeSubscription, createPortalLink } from './change-subscription.ts'
import { type StripeConfig, stripeClient } from './client.ts'
import { createCheckout, createSubscriptionCheckout } from './create-checkout.ts'
import { eventsSince } from './events-since.ts'
import { expireCheckout } from './expire-checkout.ts'
import { fetchState } from './fetch-state.ts'
import { makeRefund } from './make-refund.ts'
import { normalise } from './normalise.ts'
import { verify } from './verify.ts'

/** Stripe's webhook side. `webhookSecret`: whsec_…, of one endpoint. */
export function stripeWebhook({ webhookSecret }: { webhookSecret: string }): PaymentWebhook {
  return {
    provider: 'stripe',
    verify: async (rawBody, headers, now) => verify(rawBody, headers, webhookSecret, now),
    normalise,
  }
}

/** What we ask of Stripe. @throws Error when the key is blank or the address is not a URL */
export function stripeProvider(config: StripeConfig): PaymentProvider {
  const client = stripeClient(config)
  return {
    provider: 'stripe',
    createCheckout: (request) => createCheckout(client, request),
    expireCheckout: (sessionId) => expireCheckout(client, sessionId),
    createSubscriptionCheckout: (request) => createSubscriptionCheckout(client, request),
    fetchState: (kind, id) => fetchState(client, kind, id),
    refund: (request) => makeRefund(client, request),
    changeSubscription: (id, action, key) => changeSubscription(client, id, action, key),
    createPortalLink: (id, returnUrl) => createPortalLink(client, id, returnUrl),
    eventsSince: (since) => eventsSince(client, since),
  }
}

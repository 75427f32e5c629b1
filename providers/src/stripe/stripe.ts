import type { PaymentProvider, PaymentWebhook } from '../provider.ts'
import { type StripeConfig, stripeClient } from './client.ts'
import { createCheckout } from './create-checkout.ts'
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

/** Stripe's checkout side. @throws Error when the key is blank or the address is not a URL */
export function stripeProvider(config: StripeConfig): Pick<PaymentProvider, 'provider' | 'createCheckout'> {
  const client = stripeClient(config)
  return { provider: 'stripe', createCheckout: (request) => createCheckout(client, request) }
}

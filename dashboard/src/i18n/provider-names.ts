import type { ProviderName } from '@turnpike/contracts/payment-event.ts'

/** Payment providers, called so in every language. */
export const providerNames: Record<ProviderName, string> = { stripe: 'Stripe', paypal: 'PayPal' }

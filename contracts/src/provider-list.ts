/**
 * Every payment provider there is. The name is that of its folder in `providers/src`; it stands in the database, in addresses
 * (`/webhooks/stripe`) and in the names of functions (`stripeWebhook`): lower-case letters and digits. `brand` is what people read, in
 * every language; with `takesCards` a driver reads "card", which more people know than the brand. The first is the default.
 */
export const providerList = {
  stripe: { brand: 'Stripe', takesCards: true },
  paypal: { brand: 'PayPal', takesCards: false },
} as const

/** What people read of a provider. */
export type ProviderLook = { readonly brand: string; readonly takesCards: boolean }

import { z } from 'zod'
import { opened, type ProviderEntry, readSettings } from '../settings.ts'
import { stripeProvider, stripeWebhook } from './stripe.ts'

const webhookSettings = z.object({
  STRIPE_WEBHOOK_SECRET: z.string({ error: 'is missing: copy it from the endpoint in Stripe, it starts with whsec_' }),
})
const providerSettings = z.object({
  STRIPE_SECRET_KEY: z.string({ error: 'is missing: make a key at https://dashboard.stripe.com/apikeys' }),
  STRIPE_API_URL: z.url({ error: 'is not a URL' }).optional(),
})

export const entry: ProviderEntry = {
  webhook: {
    secrets: ['STRIPE_WEBHOOK_SECRET'],
    values: [],
    open(settings) {
      const { STRIPE_WEBHOOK_SECRET } = readSettings(webhookSettings, settings)
      return opened(() => stripeWebhook({ webhookSecret: STRIPE_WEBHOOK_SECRET }))
    },
  },
  provider: {
    secrets: ['STRIPE_SECRET_KEY'],
    values: ['STRIPE_API_URL'],
    open(settings) {
      const { STRIPE_SECRET_KEY, STRIPE_API_URL } = readSettings(providerSettings, settings)
      return opened(() => stripeProvider({ secretKey: STRIPE_SECRET_KEY, apiUrl: STRIPE_API_URL }))
    },
  },
}

import { z } from 'zod'
import { opened, type ProviderEntry, readSettings } from '../settings.ts'
import { paypalProvider, paypalWebhook } from './paypal.ts'

const environment = z.enum(['live', 'sandbox'], { error: 'must be live or sandbox' })
/** A PEM text on one line has `\n` where its lines end. */
const pem = z.string().transform((text) => text.replaceAll('\\n', '\n'))

const webhookSettings = z.object({
  PAYPAL_ENVIRONMENT: environment,
  PAYPAL_WEBHOOK_ID: z
    .string({ error: 'is missing: copy it from the webhook of your app at https://developer.paypal.com/dashboard' })
    .regex(/^[A-Z0-9]{8,40}$/, 'must be the id of your webhook, and never that of the simulator'),
  PAYPAL_INTERMEDIATES_PEM: pem.optional(),
  PAYPAL_TEST_ORIGIN: z.url({ error: 'is not a URL' }).optional(),
  PAYPAL_TEST_ROOT_PEM: pem.optional(),
})
const providerSettings = z.object({
  PAYPAL_ENVIRONMENT: environment,
  PAYPAL_CLIENT_ID: z.string({ error: 'is missing: make an app at https://developer.paypal.com/dashboard' }),
  PAYPAL_CLIENT_SECRET: z.string({ error: 'is missing: it is shown beside the client id' }),
  PAYPAL_API_URL: z.url({ error: 'is not a URL' }).optional(),
})

export const entry: ProviderEntry = {
  webhook: {
    secrets: [],
    values: Object.keys(webhookSettings.shape),
    open(settings) {
      const read = readSettings(webhookSettings, settings)
      const { PAYPAL_TEST_ORIGIN: origin, PAYPAL_TEST_ROOT_PEM: rootPem } = read
      return opened(() =>
        paypalWebhook({
          environment: read.PAYPAL_ENVIRONMENT,
          webhookId: read.PAYPAL_WEBHOOK_ID,
          intermediatesPem: read.PAYPAL_INTERMEDIATES_PEM,
          ...(origin === undefined && rootPem === undefined
            ? {}
            : { test: { origin: origin ?? '', rootPem: rootPem ?? '' } }),
        }),
      )
    },
  },
  provider: {
    secrets: ['PAYPAL_CLIENT_SECRET'],
    values: Object.keys(providerSettings.shape).filter((name) => name !== 'PAYPAL_CLIENT_SECRET'),
    open(settings) {
      const read = readSettings(providerSettings, settings)
      return opened(() =>
        paypalProvider({
          environment: read.PAYPAL_ENVIRONMENT,
          clientId: read.PAYPAL_CLIENT_ID,
          clientSecret: read.PAYPAL_CLIENT_SECRET,
          apiUrl: read.PAYPAL_API_URL,
        }),
      )
    },
  },
}

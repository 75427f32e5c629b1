import { stripeCheckout } from '@turnpike/providers/stripe/stripe.ts'
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { firebaseAccounts } from './plugins/firebase-accounts.ts'
import { firebaseVerifier } from './plugins/firebase-auth.ts'
import { loggerOptions } from './plugins/log.ts'

/** The HTTP process: cameras, controllers, operators, drivers and Cloud Functions talk to it. */
const env = config.api()
const database = openDatabase(
  env.DATABASE_URL,
  'api',
  (error) => app.log.warn({ err: error }, 'a connection broke'),
  16,
)
const stripe = stripeCheckout({ secretKey: env.STRIPE_SECRET_KEY, apiUrl: env.STRIPE_API_URL })

const app = await buildApp({
  logger: loggerOptions(env.LOG_LEVEL, 'api'),
  database,
  now: () => new Date(),
  dashboardUrl: env.DASHBOARD_URL,
  decisionDeadlineMs: 400,
  checkouts: { stripe: (checkout) => stripe.createCheckout(checkout) },
  accounts: firebaseAccounts(env.FIREBASE_PROJECT_ID),
  verifyIdToken: firebaseVerifier(env.FIREBASE_PROJECT_ID),
  functionKeys: env.FUNCTIONS_JWKS,
  trustProxy: env.TRUST_PROXY,
})

closeWithGrace({ delay: 5_000 }, async ({ err }) => {
  if (err) app.log.fatal({ err }, 'the process ends')
  await app.close()
  await database.close()
})

await app.listen({ host: env.HOST, port: env.PORT })

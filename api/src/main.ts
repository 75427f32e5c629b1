import { setFlagsFromString } from 'node:v8'
import closeWithGrace from 'close-with-grace'
import { createRemoteJWKSet } from 'jose'
import { buildApp } from './app.ts'
import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { openJournal } from './journal.ts'
import { openLaneFile } from './lane-file.ts'
import { newId } from './new-id.ts'
import { paymentProviders, paymentWebhooks } from './payment-providers.ts'
import { firebaseAccounts } from './plugins/firebase-accounts.ts'
import { firebaseVerifier } from './plugins/firebase-auth.ts'
import { bufferedOutput, loggerOptions } from './plugins/log.ts'
import { createLaneMemory } from './services/fallback/lane-memory.ts'
import { gateConnections } from './services/warm-up.ts'

/*
 * V8 makes what has often survived a collection among old objects from the start, where it keeps all that it refers to until the next
 * collection of these: here everything that a read holds, a fifth of all that is allocated, copied twice.
 */
setFlagsFromString('--no-allocation-site-pretenuring')

/** The HTTP process: cameras, controllers, operators, drivers and Cloud Functions talk to it. */
const env = config.api()
const onBroken = (error: Error) => app.log.warn({ err: error }, 'a connection broke')
const database = openDatabase(env.DATABASE_URL, 'api', onBroken, { withinMs: 10_000 })
const gateDatabase = openDatabase(env.DATABASE_URL, 'gates', onBroken, {
  connections: gateConnections,
  withinMs: env.DECISION_DEADLINE_MS,
  planOnce: true,
  stayOpen: true,
})
const journal = openJournal(env.JOURNAL_DIR, newId())
const now = () => new Date()

const app = await buildApp({
  logger: { ...loggerOptions(env.LOG_LEVEL, 'api'), stream: bufferedOutput() },
  database,
  gateDatabase,
  journal,
  lanes: createLaneMemory({ database, now, file: openLaneFile(env.JOURNAL_DIR) }),
  now,
  profile: env.PROFILE,
  dashboardUrl: env.DASHBOARD_URL,
  decisionDeadlineMs: env.DECISION_DEADLINE_MS,
  providers: paymentProviders(env),
  webhooks: paymentWebhooks(env),
  accounts: firebaseAccounts(env.FIREBASE_PROJECT_ID),
  verifyIdToken: firebaseVerifier(env.FIREBASE_PROJECT_ID),
  functionKeys: env.FUNCTIONS_JWKS,
  functionIdentity:
    env.FUNCTIONS_IDENTITY_AUDIENCE === undefined
      ? undefined
      : {
          audience: env.FUNCTIONS_IDENTITY_AUDIENCE,
          emails: env.FUNCTIONS_IDENTITY_EMAILS,
          keys: createRemoteJWKSet(new URL('https://www.googleapis.com/oauth2/v3/certs')),
        },
  trustProxy: env.TRUST_PROXY,
})

closeWithGrace({ delay: 5_000 }, async ({ err }) => {
  if (err) app.log.fatal({ err }, 'the process ends')
  await app.close()
  await Promise.all([database.close(), gateDatabase.close(), journal.close()])
})

await app.listen({ host: env.HOST, port: env.PORT })

import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { startChild, untilReady } from '@turnpike/local/child.ts'
import { childEnvironment } from '@turnpike/local/child-environment.ts'
import { root } from '@turnpike/local/local-folder.ts'
import getPort from 'get-port'
import { webhookSecret } from './deliver.ts'

/**
 * The API as it ships, in the profile that takes webhooks itself, and in front of it the function in Google's own framework: the two
 * ways of a webhook into one core.
 */
export async function startReceivers(databaseUrl: string, folder: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const named = { kid: 'bench', alg: 'EdDSA' }
  const port = await getPort({ host: '127.0.0.1' })
  const api = `http://127.0.0.1:${port}`
  await start('api', ['api/src/main.ts'], `${api}/readyz`, folder, {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    JOURNAL_DIR: join(folder, 'journal'),
    DASHBOARD_URL: 'https://parking.example',
    PROFILE: 'postgres_only',
    FIREBASE_PROJECT_ID: 'bench',
    METADATA_SERVER_DETECTION: 'none', // Google's libraries would look for a machine in their cloud
    FUNCTIONS_JWKS: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), ...named }] }),
    STRIPE_SECRET_KEY: 'sk_test_nothing_is_asked_here',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
  })
  const functionPort = await getPort({ host: '127.0.0.1' })
  const ofFunction = `http://127.0.0.1:${functionPort}/`
  const framework = [
    join(root, 'node_modules/.bin/functions-framework'),
    '--target=stripeWebhook',
    '--source=functions',
  ]
  await start('function', framework, ofFunction, folder, {
    PORT: String(functionPort),
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    FORWARD_PRIVATE_JWK: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...named }),
    API_URL: api,
  })
  const receivers = [
    { path: 'function', url: ofFunction },
    { path: 'API alone', url: `${api}/webhooks/stripe` },
  ]
  return { api, receivers }
}

async function start(name: string, args: string[], url: string, folder: string, env: Record<string, string>) {
  const logFile = join(folder, `${name}.log`)
  const child = await startChild({
    name,
    command: process.execPath,
    args,
    cwd: root,
    logFile,
    env: childEnvironment(env),
  })
  await untilReady(child, async () => {
    const answer = await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    return answer !== undefined && answer.status < 500
  })
}

import { join } from 'node:path'
import { type Child, startChild, untilReady } from './child.ts'
import { childEnvironment } from './child-environment.ts'
import { gates } from './demo-data.ts'
import { type DemoKeys, publicKeySet } from './demo-keys.ts'
import { localFolder, root } from './local-folder.ts'
import type { Ports } from './ports.ts'

export type Wiring = {
  ports: Ports
  keys: DemoKeys
  /** As the core's processes connect, not as the owner. */
  databaseUrl: string
  profile: 'hybrid' | 'postgres_only'
  projectId: string
}

const at = (port: number) => `http://127.0.0.1:${port}`

/** The core: HTTP, mirror relay, worker. Ready when the API says that it is, and the others have not ended. */
export async function startCore({ ports, keys, databaseUrl, profile, projectId }: Wiring): Promise<Child[]> {
  const shared = {
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    DASHBOARD_URL: at(ports.dashboard),
    LOG_LEVEL: 'info',
    PROFILE: profile,
    FIREBASE_PROJECT_ID: projectId,
    EMULATORS: 'true',
    METADATA_SERVER_DETECTION: 'none', // Google's libraries would look for a machine in their cloud
    FIREBASE_AUTH_EMULATOR_HOST: `127.0.0.1:${ports.auth}`,
    ...(profile === 'hybrid' ? { FIRESTORE_EMULATOR_HOST: `127.0.0.1:${ports.firestore}` } : {}),
    FUNCTIONS_JWKS: JSON.stringify(publicKeySet(keys)),
    ...providerSettings(keys, at(ports.provider)),
    ...webhookSettings(keys, at(ports.provider)),
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
  }
  const api = await node('api', ['api/src/main.ts'], {
    ...shared,
    PORT: String(ports.api),
    JOURNAL_DIR: localFolder.journal,
  })
  const relay = await node('relay', ['api/src/relay.ts'], shared)
  const worker = await node('worker', ['api/src/worker.ts'], shared)
  await untilReady(api, () => answers(`${at(ports.api)}/readyz`, (status) => status === 200))
  return [api, relay, worker]
}

/** What the core has to know to ask the providers for something. */
export function providerSettings(keys: DemoKeys, provider: string): Record<string, string> {
  return {
    PAYMENT_PROVIDERS: 'stripe,paypal',
    STRIPE_SECRET_KEY: keys.stripeSecretKey,
    STRIPE_API_URL: provider,
    PAYPAL_ENVIRONMENT: 'sandbox',
    PAYPAL_CLIENT_ID: keys.paypalClient.id,
    PAYPAL_CLIENT_SECRET: keys.paypalClient.secret,
    PAYPAL_API_URL: provider,
  }
}

/** What whoever listens to the providers has to know: the functions, and the core in the profile without them. */
function webhookSettings(keys: DemoKeys, provider: string): Record<string, string> {
  return {
    STRIPE_WEBHOOK_SECRET: keys.stripeWebhookSecret,
    PAYPAL_ENVIRONMENT: 'sandbox',
    PAYPAL_WEBHOOK_ID: keys.paypalWebhookId,
    PAYPAL_TEST_ORIGIN: provider,
    PAYPAL_TEST_ROOT_PEM: keys.paypalChain.root,
  }
}

/** The Cloud Functions as they ship, each in Google's own framework. They answer anything once they are there. */
export async function startFunctions({ ports, keys }: Wiring): Promise<Child[]> {
  const framework = join(root, 'node_modules/.bin/functions-framework')
  const start = async (target: string, port: number) => {
    const child = await node(target, [framework, `--target=${target}`, '--source=functions'], {
      PORT: String(port),
      ...webhookSettings(keys, at(ports.provider)),
      FORWARD_PRIVATE_JWK: JSON.stringify(keys.forwardKey),
      API_URL: at(ports.api),
    })
    await untilReady(child, () => answers(at(port)))
    return child
  }
  return Promise.all([start('stripeWebhook', ports.functions), start('paypalWebhook', ports.paypalFunction)])
}

/** The stand-ins for the payment providers. */
export async function startProvider({ ports, keys }: Wiring): Promise<Child> {
  const child = await node('provider', ['local/src/provider/main.ts'], {
    PORT: String(ports.provider),
    PUBLIC_URL: at(ports.provider),
    STATE_FILE: localFolder.providers,
    STRIPE_WEBHOOK_URL: `${at(ports.functions)}/stripeWebhook`,
    STRIPE_WEBHOOK_SECRET: keys.stripeWebhookSecret,
    PAYPAL_WEBHOOK_URL: `${at(ports.paypalFunction)}/paypalWebhook`,
    PAYPAL_WEBHOOK_ID: keys.paypalWebhookId,
    PAYPAL_CLIENT_ID: keys.paypalClient.id,
    PAYPAL_CLIENT_SECRET: keys.paypalClient.secret,
    PAYPAL_CHAIN: JSON.stringify(keys.paypalChain),
  })
  await untilReady(child, () => answers(at(ports.provider)))
  return child
}

/** The stand-in for a mail server. */
export async function startMailbox({ ports }: Wiring): Promise<Child> {
  const env = { PORT: String(ports.mailbox), SMTP_PORT: String(ports.smtp) }
  const child = await node('mailbox', ['local/src/mailbox/main.ts'], env)
  await untilReady(child, () => answers(at(ports.mailbox)))
  return child
}

/** The barriers of all gates. */
export function startBarriers({ ports, keys }: Wiring): Promise<Child> {
  const controllers = gates.map(({ id, name }) => ({ id, name, key: keys.gates[id]! }))
  return node('barriers', ['local/src/barriers.ts'], { API_URL: at(ports.api), GATES: JSON.stringify(controllers) })
}

function node(name: string, args: string[], env: Record<string, string>): Promise<Child> {
  return startChild({
    name,
    command: process.execPath,
    args,
    cwd: root,
    env: childEnvironment(env),
    logFile: join(localFolder.logs, `${name}.log`),
  })
}

async function answers(url: string, wanted: (status: number) => boolean = () => true): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await answer.body?.cancel()
    return wanted(answer.status)
  } catch {
    return false
  }
}

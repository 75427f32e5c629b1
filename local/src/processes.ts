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
    STRIPE_SECRET_KEY: keys.stripeSecretKey,
    STRIPE_API_URL: at(ports.provider),
    STRIPE_WEBHOOK_SECRET: keys.stripeWebhookSecret,
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

/** The Cloud Function as it ships, in Google's own framework. It answers anything once it is there. */
export async function startFunctions({ ports, keys }: Wiring): Promise<Child> {
  const framework = join(root, 'node_modules/.bin/functions-framework')
  const child = await node('functions', [framework, '--target=stripeWebhook', '--source=functions'], {
    PORT: String(ports.functions),
    STRIPE_WEBHOOK_SECRET: keys.stripeWebhookSecret,
    FORWARD_PRIVATE_JWK: JSON.stringify(keys.forwardKey),
    API_URL: at(ports.api),
  })
  await untilReady(child, () => answers(at(ports.functions)))
  return child
}

/** The stand-in for the payment provider. */
export async function startProvider({ ports, keys }: Wiring): Promise<Child> {
  const child = await node('provider', ['local/src/provider/main.ts'], {
    PORT: String(ports.provider),
    PUBLIC_URL: at(ports.provider),
    WEBHOOK_URL: `${at(ports.functions)}/stripeWebhook`,
    WEBHOOK_SECRET: keys.stripeWebhookSecret,
  })
  await untilReady(child, () => answers(at(ports.provider)))
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

import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { type Child, startChild, untilReady } from '@turnpike/local/child.ts'
import { childEnvironment } from '@turnpike/local/child-environment.ts'
import { root } from '@turnpike/local/local-folder.ts'
import getPort from 'get-port'
import type { To } from './driver/main.ts'

export type Server = { child: Child; port: number; url: string }

/** The server as it ships, in a process of its own, with the configuration it has in its container. */
export async function startServer(databaseUrl: string, folder: string, nodeOptions: string[] = []): Promise<Server> {
  const port = await getPort({ host: '127.0.0.1' })
  const url = `http://127.0.0.1:${port}`
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const child = await startChild({
    name: 'api',
    command: process.execPath,
    args: [...nodeOptions, 'api/src/main.ts'],
    cwd: root,
    logFile: join(folder, 'api.log'),
    env: childEnvironment({
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      JOURNAL_DIR: join(folder, 'journal'),
      DASHBOARD_URL: 'https://parking.example',
      PROFILE: 'hybrid',
      FIREBASE_PROJECT_ID: 'bench',
      METADATA_SERVER_DETECTION: 'none', // Google's libraries would look for a machine in their cloud
      FUNCTIONS_JWKS: JSON.stringify({ keys: [{ ...publicKey, kid: 'bench', alg: 'EdDSA' }] }),
      STRIPE_SECRET_KEY: 'sk_test_nothing_is_paid_here',
    }),
  })
  await untilReady(child, async () => {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    await answer?.body?.cancel()
    return answer?.status === 200
  })
  return { child, port, url }
}

/** Where the driver sends reads that this server is to decide. */
export function toServer({ port, child }: Server): To {
  return { kind: 'shipped', port, serverPid: child.pid }
}

/** A figure of `/metrics`, all its labels together. */
export async function readMetric({ url }: Server, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))]
  return values.reduce((sum, [, value]) => sum + Number(value), 0)
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Child, startChild, untilReady } from '@turnpike/local/child.ts'
import { onTestFinished } from 'vitest'

export type CoreProcess = Child & { log(): string }

/** A process of the core as it ships (`api`, `relay`, `worker`), until the test is over. `log()` is what it has written so far. */
export async function startCoreProcess(
  name: string,
  environment: Record<string, string>,
  words: string[] = [],
): Promise<CoreProcess> {
  const script = resolve(import.meta.dirname, `../src/${name === 'api' ? 'main' : name}.ts`)
  const folder = mkdtempSync(join(tmpdir(), `turnpike-${name}-`))
  const logFile = join(folder, `${name}.log`)
  const child = await startChild({
    name,
    command: process.execPath,
    args: [script, ...words],
    logFile,
    env: { PATH: process.env.PATH, ...environment },
  })
  onTestFinished(async () => {
    await kill(child)
    rmSync(folder, { recursive: true })
  })
  return Object.assign(child, { log: () => readFileSync(logFile, 'utf8') })
}

/** The API, listening: on a free port, with keys that are nobody's. */
export async function startApi(
  databaseUrl: string,
  env: Record<string, string> = {},
): Promise<CoreProcess & { url: string }> {
  const journal = mkdtempSync(join(tmpdir(), 'turnpike-journal-'))
  onTestFinished(() => rmSync(journal, { recursive: true }))
  const api = await startCoreProcess('api', {
    DATABASE_URL: databaseUrl,
    PORT: '0',
    DASHBOARD_URL: 'https://parking.example',
    PROFILE: 'postgres_only',
    FIREBASE_PROJECT_ID: 'demo-turnpike-process',
    FUNCTIONS_JWKS: '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"abc","kid":"1"}]}',
    STRIPE_SECRET_KEY: 'sk_test_of_nobody',
    STRIPE_WEBHOOK_SECRET: 'whsec_of_nobody',
    JOURNAL_DIR: journal,
    ...env,
  })
  const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(api.log())?.[0]
  await untilReady(api, async () => address() !== undefined)
  return Object.assign(api, { url: address()! })
}

/** The end that the kernel or a power cut brings: nothing is said and nothing is tidied up. */
export async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL')
  await child.ended
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Child, startChild } from '@turnpike/local/child.ts'
import { onTestFinished } from 'vitest'

const relay = resolve(import.meta.dirname, '../../src/relay.ts')

/** The relay as it ships, in a process of its own, until the test is over. `log()` is what it has written so far. */
export async function startRelay(
  databaseUrl: string,
  environment: Record<string, string> = { PROFILE: 'postgres_only', FIREBASE_PROJECT_ID: 'demo-turnpike-relay' },
): Promise<Child & { log(): string }> {
  const folder = mkdtempSync(join(tmpdir(), 'turnpike-relay-'))
  const logFile = join(folder, 'relay.log')
  const child = await startChild({
    name: 'relay',
    command: process.execPath,
    args: [relay],
    logFile,
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, ...environment },
  })
  onTestFinished(async () => {
    await kill(child)
    rmSync(folder, { recursive: true })
  })
  return Object.assign(child, { log: () => readFileSync(logFile, 'utf8') })
}

/** The end that the kernel or a power cut brings: nothing is said and nothing is tidied up. */
export async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL')
  await child.ended
}

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { providers } from '@turnpike/providers/providers.ts'
import { childEnvironment } from './child-environment.ts'
import { demoKeys } from './demo-keys.ts'
import { localFolder, root } from './local-folder.ts'
import { providerSettings } from './processes.ts'
import { readStackFile } from './stack-file.ts'

/* `npm run reconcile`: of the running stack, or of the database and the providers that the environment names. */

const ofProviders = Object.values(providers).flatMap(({ provider, webhook }) => [provider, webhook])
const named = new Set([
  'DATABASE_URL',
  'PAYMENT_PROVIDERS',
  ...ofProviders.flatMap(({ secrets, values }) => [...secrets, ...values]),
])
const child = spawn(process.execPath, [join(root, 'api/src/reconcile.ts')], {
  stdio: 'inherit',
  env: childEnvironment(process.env.DATABASE_URL ? fromEnvironment() : await ofStack().catch(leave)),
})
child.once('exit', (code) => process.exit(code ?? 1))

function fromEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (named.has(name) && value ? [[name, value]] : [])),
  )
}

async function ofStack(): Promise<Record<string, string>> {
  const { postgres, provider } = await readStackFile()
  return { DATABASE_URL: postgres, ...providerSettings(demoKeys(localFolder.keys), provider) }
}

function leave(error: Error): never {
  console.error(`\n${error.message}\n`)
  process.exit(3)
}

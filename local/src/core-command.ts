import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.ts'
import { root } from './local-folder.ts'
import { readStackFile } from './stack-file.ts'

/* `npm run mirror:diff`, `mirror:rebuild`, `operator:first`: of the running stack, or of what the environment names. */

const [script, ...words] = process.argv.slice(2)
const named = [
  'DATABASE_URL',
  'PROFILE',
  'FIREBASE_PROJECT_ID',
  'FIREBASE_AUTH_EMULATOR_HOST',
  'FIRESTORE_EMULATOR_HOST',
  'EMULATORS',
  'GOOGLE_APPLICATION_CREDENTIALS',
]
const child = spawn(process.execPath, [join(root, `api/src/${script}.ts`), ...words], {
  stdio: 'inherit',
  env: childEnvironment(process.env.DATABASE_URL ? fromEnvironment() : await ofStack().catch(leave)),
})
child.once('exit', (code) => process.exit(code ?? 1))

function fromEnvironment(): Record<string, string> {
  return Object.fromEntries(named.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

async function ofStack(): Promise<Record<string, string>> {
  const { postgres, profile, projectId, auth, firestore } = await readStackFile()
  return {
    DATABASE_URL: postgres,
    PROFILE: profile,
    FIREBASE_PROJECT_ID: projectId,
    EMULATORS: 'true',
    METADATA_SERVER_DETECTION: 'none', // Google's libraries would look for a machine in their cloud
    FIREBASE_AUTH_EMULATOR_HOST: new URL(auth).host,
    ...(firestore === null ? {} : { FIRESTORE_EMULATOR_HOST: new URL(firestore).host }),
  }
}

function leave(error: Error): never {
  console.error(`\n${error.message}\n`)
  process.exit(3)
}

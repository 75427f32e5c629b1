import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import getPort from 'get-port'
import { type Child, startChild, untilReady } from './child.ts'

export type FirestoreEmulator = { host: string; child: Child; stop(): Promise<void> }

export type FirestoreEmulatorOptions = {
  jar: string
  port: number
  projectId: string
  rulesPath: string
  /** The metadata file of an export that it starts with. */
  seedFrom?: string
  /** Where the emulator writes; a temporary file that `stop` removes unless given. */
  logFile?: string
}

const debianJar = '/usr/lib/google-cloud-sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar'

/** How to get the emulator, for whoever has to say that it is missing. */
export const firestoreEmulatorHint =
  'Get it with "npx firebase setup:emulators:firestore" (needs Java 21) or "apt install google-cloud-cli-firestore-emulator" ' +
  '(needs Java 17), or set FIRESTORE_EMULATOR_JAR to the file.'

/**
 * The JAR of the official Firestore emulator: FIRESTORE_EMULATOR_JAR, Google's Debian package, or the cache of firebase-tools.
 * Undefined when there is none or no Java to run it.
 * @throws Error when FIRESTORE_EMULATOR_JAR names a file that does not exist.
 */
export function findFirestoreEmulator(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env.FIRESTORE_EMULATOR_JAR
  if (named !== undefined && !existsSync(named)) {
    throw new Error(`FIRESTORE_EMULATOR_JAR is ${named}, and there is no such file. ${firestoreEmulatorHint}`)
  }
  const jar = named ?? (existsSync(debianJar) ? debianJar : newestCached(env))
  return jar !== undefined && hasJava() ? jar : undefined
}

/**
 * Starts the emulator on 127.0.0.1 and resolves once it answers. Its memory is empty at every start, but for `seedFrom`.
 * @throws Error with the emulator's own last words when it does not come up, e.g. on rules with a mistake or too old a Java.
 */
export async function startFirestoreEmulator(options: FirestoreEmulatorOptions): Promise<FirestoreEmulator> {
  const { jar, port, projectId } = options
  const scratch = options.logFile === undefined ? mkdtempSync(join(tmpdir(), 'turnpike-firestore-')) : undefined
  const webSocketPort = await getPort({ host: '127.0.0.1' })
  const child = await startChild({
    name: 'firestore',
    command: 'java',
    args: [
      '-XX:TieredStopAtLevel=1', // half the start time; it never runs long enough to miss the second compiler
      '-XX:+UseSerialGC',
      '-Duser.language=en',
      '-cp',
      jar,
      'com.google.cloud.datastore.emulator.firestore.CloudFirestore',
      'start',
      '--host=127.0.0.1',
      `--port=${port}`,
      `--websocket_port=${webSocketPort}`,
      `--rules=${resolve(options.rulesPath)}`,
      `--project_id=${projectId}`,
      ...(options.seedFrom === undefined ? [] : [`--seed_from_export=${options.seedFrom}`]),
    ],
    logFile: options.logFile ?? join(scratch!, 'firestore.log'),
  })
  const host = `127.0.0.1:${port}`
  await untilReady(child, () =>
    fetch(`http://${host}/`, { signal: AbortSignal.timeout(2000) }).then(
      (answer) => answer.ok,
      () => false,
    ),
  )
  await loadRules(host, options).catch(async (error) => {
    await child.stop()
    throw error
  })
  return {
    host,
    child,
    async stop() {
      await child.stop()
      if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
    },
  }
}

/**
 * Puts the rules in force on an emulator. Started with some that do not compile, it comes up and then refuses every request.
 * @throws Error where they do not compile.
 */
export async function loadRules(
  host: string,
  { projectId, rulesPath }: Pick<FirestoreEmulatorOptions, 'projectId' | 'rulesPath'>,
): Promise<void> {
  const file = { name: 'firestore.rules', content: readFileSync(rulesPath, 'utf8') }
  const answer = await fetch(`http://${host}/emulator/v1/projects/${projectId}:securityRules`, {
    method: 'PUT',
    body: JSON.stringify({ rules: { files: [file] } }),
  })
  if (answer.ok) return
  const { error } = (await answer.json()) as { error?: { message?: string } }
  throw new Error(`${rulesPath} does not compile: ${error?.message ?? answer.status}`)
}

function newestCached(env: NodeJS.ProcessEnv): string | undefined {
  const cache = env.FIREBASE_EMULATORS_PATH ?? join(homedir(), '.cache', 'firebase', 'emulators')
  if (!existsSync(cache)) return undefined
  const jars = readdirSync(cache).filter((name) => /^cloud-firestore-emulator-v.*\.jar$/.test(name))
  const newest = jars.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
  return newest === undefined ? undefined : join(cache, newest)
}

function hasJava(): boolean {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

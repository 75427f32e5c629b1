import { join } from 'node:path'
import type { Child } from './child.ts'
import {
  findFirestoreEmulator,
  firestoreEmulatorHint,
  loadRules,
  startFirestoreEmulator,
} from './firestore-emulator.ts'
import { localFolder, root } from './local-folder.ts'

/** Where consoles get live data from, with a note that says why. */
export type LiveSource = { profile: 'hybrid' | 'postgres_only'; note: string; child?: Child }

/** The port of an emulator that runs already, where FIRESTORE_EMULATOR_HOST names one: whoever started it ends it. */
export function runningFirestore(named = process.env.FIRESTORE_EMULATOR_HOST): number | undefined {
  if (named === undefined || named === '') return undefined
  const port = Number(/^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(named)?.[1])
  if (Number.isInteger(port)) return port
  throw new Error(
    `FIRESTORE_EMULATOR_HOST is "${named}": it can be an emulator on this machine, such as 127.0.0.1:8080.`,
  )
}

const rulesPath = join(root, 'firestore.rules')

/**
 * Firestore's official emulator where the machine has one, otherwise the API's own stream from Postgres. PROFILE=postgres_only asks
 * for the latter, FIRESTORE_EMULATOR_HOST for an emulator that runs already and that its owner ends. Says at once why Firestore is
 * not used and how to get it.
 */
export async function startLiveSource(options: { port: number; projectId: string }): Promise<LiveSource> {
  const wanted = process.env.PROFILE
  if (wanted === 'postgres_only') return { profile: 'postgres_only', note: "the API's stream: PROFILE asks for it" }
  if (wanted !== undefined && wanted !== 'hybrid') {
    throw new Error(`PROFILE is "${wanted}": it can be hybrid (default) or postgres_only.`)
  }
  if (runningFirestore() !== undefined) {
    await loadRules(`127.0.0.1:${options.port}`, { ...options, rulesPath })
    return { profile: 'hybrid', note: 'the Firestore emulator that FIRESTORE_EMULATOR_HOST names' }
  }
  const jar = findFirestoreEmulator()
  if (jar === undefined) return fallBack('Its emulator, or Java to run it, is not on this machine.')
  try {
    const { child } = await startFirestoreEmulator({
      ...options,
      jar,
      rulesPath,
      logFile: join(localFolder.logs, 'firestore.log'),
    })
    return { profile: 'hybrid', note: "Firestore's emulator", child }
  } catch (error) {
    // Rules with a mistake are not a reason to run without rules.
    if (!(error as Error).message.includes('UnsupportedClassVersionError')) throw error
    return fallBack(`Java is too old for ${jar}.`)
  }
}

function fallBack(why: string): LiveSource {
  console.log(
    `  Live data comes from the API (profile postgres_only), not from Firestore. ${why}\n  ${firestoreEmulatorHint}`,
  )
  return { profile: 'postgres_only', note: "the API's stream, as there is no Firestore emulator" }
}

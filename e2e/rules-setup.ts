import { resolve } from 'node:path'
import {
  findFirestoreEmulator,
  firestoreEmulatorHint,
  startFirestoreEmulator,
} from '@turnpike/local/firestore-emulator.ts'
import getPort from 'get-port'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The official emulator with the shipped rules; null where it is missing, which CI does not accept. */
    firestoreEmulator: { host: string; port: number; projectId: string } | null
  }
}

/** Starts the official Firestore emulator with `firestore.rules`. A rules test is worth nothing on anything else. */
export default async function setup(project: TestProject) {
  const jar = findFirestoreEmulator()
  if (jar === undefined) {
    const missing = 'The official Firestore emulator (or Java for it) is not on this machine'
    if (process.env.CI === 'true')
      throw new Error(`${missing}, and CI may not skip the rules. ${firestoreEmulatorHint}`)
    console.warn(`SKIPPED: the tests of firestore.rules. ${missing}. ${firestoreEmulatorHint}`)
    project.provide('firestoreEmulator', null)
    return
  }

  const host = '127.0.0.1'
  const port = await getPort({ host })
  const projectId = 'demo-turnpike-rules'
  const rulesPath = resolve(import.meta.dirname, '../firestore.rules')
  const emulator = await startFirestoreEmulator({ jar, port, projectId, rulesPath })
  project.provide('firestoreEmulator', { host, port, projectId })
  return () => emulator.stop()
}

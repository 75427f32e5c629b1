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
    firestoreEmulator: OfficialEmulator | null
  }
}

/** One running emulator for all test files, each with a project id of its own, and what it takes to start another. */
export type OfficialEmulator = { host: string; port: number; jar: string; rulesPath: string }

/**
 * Starts the official Firestore emulator with `firestore.rules`: a rules test is worth nothing on anything else. Where it is
 * missing the tests are reported as not run, and it is said here why.
 * @throws Error where it is missing and CI=true
 */
export default async function setup(project: Pick<TestProject, 'provide'>): Promise<(() => Promise<void>) | undefined> {
  const jar = findFirestoreEmulator()
  if (jar === undefined) {
    const missing = 'The official Firestore emulator (or Java for it) is not on this machine'
    if (process.env.CI === 'true')
      throw new Error(`${missing}, and CI may not leave the rules untested. ${firestoreEmulatorHint}`)
    console.warn(
      `NOT RUN: the tests of firestore.rules and of the Firestore mirror. ${missing}. ${firestoreEmulatorHint}`,
    )
    project.provide('firestoreEmulator', null)
    return undefined
  }

  const host = '127.0.0.1'
  const port = await getPort({ host })
  const rulesPath = resolve(import.meta.dirname, '../firestore.rules')
  const emulator = await startFirestoreEmulator({ jar, port, projectId: 'demo-turnpike-rules', rulesPath })
  project.provide('firestoreEmulator', { host, port, jar, rulesPath })
  return () => emulator.stop()
}

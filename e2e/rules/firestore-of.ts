import { randomUUID } from 'node:crypto'
import { getApps, initializeApp } from 'firebase-admin/app'
import { type Firestore, getFirestore } from 'firebase-admin/firestore'
import { vi } from 'vitest'

/** Has this test file's Firestore clients talk to the emulator, and returns a project of its own on it. */
export function useEmulator({ host, port }: { host: string; port: number }): string {
  for (const [name, value] of Object.entries(emulatorEnvironment(`${host}:${port}`))) vi.stubEnv(name, value)
  return `demo-${randomUUID()}`
}

/** What a process needs to talk to the emulator; the second spares it the search for Google's metadata server. */
export function emulatorEnvironment(hostAndPort: string): Record<string, string> {
  return { FIRESTORE_EMULATOR_HOST: hostAndPort, METADATA_SERVER_DETECTION: 'none' }
}

/** What is really stored: Firestore past the rules. */
export function firestoreOf(projectId: string): Firestore {
  const name = `reader-${projectId}`
  const app = getApps().find((known) => known.name === name) ?? initializeApp({ projectId }, name)
  return getFirestore(app)
}

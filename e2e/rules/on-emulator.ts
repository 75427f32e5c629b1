import { describe, inject, test } from 'vitest'
import type { OfficialEmulator } from '../rules-setup.ts'

/** Tests on the official Firestore emulator. Where there is none the file is reported as not run, and the set-up has said why. */
export function describeOnEmulator(name: string, body: (emulator: OfficialEmulator) => void): void {
  const emulator = inject('firestoreEmulator')
  if (emulator !== null) describe(name, () => body(emulator))
  else describe.runIf(emulator)(name, () => test('is not run: there is no Firestore emulator here', () => {}))
}

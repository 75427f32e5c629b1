import { describe, expect, test, vi } from 'vitest'
import setup from '../rules-setup.ts'

/** A machine without Java, and so without the emulator. */
function withoutEmulator(ci: string) {
  vi.stubEnv('PATH', '/nowhere')
  vi.stubEnv('FIRESTORE_EMULATOR_JAR', undefined)
  vi.stubEnv('CI', ci)
  const provided = new Map<string, unknown>()
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
  return { provided, warned, run: () => setup({ provide: (key, value) => void provided.set(key, value) }) }
}

describe('where the Firestore emulator is missing', () => {
  test('CI fails: rules are never left untested there', async () => {
    const { run } = withoutEmulator('true')
    await expect(run()).rejects.toThrow(/CI may not leave the rules untested.*setup:emulators:firestore/)
  })

  test('elsewhere the tests are not run, and it is said why and how to get it', async () => {
    const { run, provided, warned } = withoutEmulator('')
    expect(await run()).toBeUndefined()
    expect(provided.get('firestoreEmulator')).toBeNull()
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^NOT RUN: .*setup:emulators:firestore/))
  })
})

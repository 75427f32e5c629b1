import { type FirestoreEmulator, startFirestoreEmulator } from '@turnpike/local/firestore-emulator.ts'
import getPort from 'get-port'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CarPark, openCarPark, type Site } from '../../api/test/car-park.ts'
import { startRelay } from '../../api/test/mirror/relay-process.ts'
import { emulatorEnvironment, firestoreOf, useEmulator } from './firestore-of.ts'
import { describeOnEmulator } from './on-emulator.ts'

describeOnEmulator('while Firestore is away', ({ host, ...official }) => {
  let firestoreServer: FirestoreEmulator | undefined
  let port: number
  let projectId: string
  let park: CarPark
  let site: Site
  beforeAll(async () => {
    port = await getPort({ host })
    projectId = useEmulator({ host, port })
    park = await openCarPark()
    park.clock.now = new Date() // the relay purges by the clock on the wall
    site = await park.site()
  })
  afterAll(async () => {
    await firestoreServer?.stop()
    await park?.close()
  })

  const startFirestore = async () => {
    firestoreServer = await startFirestoreEmulator({ ...official, port, projectId })
  }
  const relay = () =>
    startRelay(park.testDatabase.appUrl, {
      PROFILE: 'hybrid',
      FIREBASE_PROJECT_ID: projectId,
      EMULATORS: 'true',
      ...emulatorEnvironment(`${host}:${port}`),
    })
  const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 50 })
  const unpushed = () => park.count('mirror_documents where pushed_version < version')
  const arrived = async () => (await firestoreOf(projectId).collectionGroup('sessions').get()).size
  const carsComeIn = async (...plates: string[]) => {
    for (const plate of plates) {
      await park.read(site.entry, plate)
      await park.passage(site.entry, 'passed')
    }
  }

  test('nothing counts as pushed or is held against a document, Postgres has it all, and SIGTERM ends the relay within 3 s', async () => {
    await carsComeIn('AWAY 1', 'AWAY 2', 'AWAY 3')
    const child = await relay()
    await soon(() => expect(child.log()).toContain('Firestore does not answer'))
    await carsComeIn('AWAY 4')
    await soon(async () => expect(await unpushed()).toBe(6))
    expect(await park.count('mirror_documents where pushed_version > 0 or push_failures > 0')).toBe(0)
    expect(child.log().split('\n').length).toBeLessThan(10)
    expect(child.log()).not.toMatch(/AWAY/)

    const asked = performance.now()
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe('exit code 0')
    expect(performance.now() - asked).toBeLessThan(3_000)
  }, 60_000)

  test('everything arrives within ten seconds of its return, also when it went in the middle of the work', async () => {
    const child = await relay()
    await startFirestore()
    const backAt = performance.now()
    await soon(async () => expect(await unpushed()).toBe(0))
    expect(performance.now() - backAt).toBeLessThan(10_000)
    expect(await arrived()).toBe(4)

    await firestoreServer?.stop()
    await carsComeIn('AWAY 5')
    await soon(() => expect(child.log()).toContain('Firestore does not answer'))
    expect(await unpushed()).toBeGreaterThan(0)
    await startFirestore()
    await soon(async () => expect(await unpushed()).toBe(0))
    expect(await arrived()).toBe(1) // an emulator's memory starts empty
  }, 60_000)
})

import { randomUUID } from 'node:crypto'
import { assertFails, assertSucceeds, type RulesTestEnvironment } from '@firebase/rules-unit-testing'
import { doc, type Firestore, getDoc } from 'firebase/firestore'
import type { Firestore as AdminFirestore } from 'firebase-admin/firestore'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type CarPark, openCarPark, type Site } from '../../api/test/car-park.ts'
import { kill } from '../../api/test/core-process.ts'
import { startRelay } from '../../api/test/mirror/relay-process.ts'
import { emulatorEnvironment, firestoreOf, useEmulator } from './firestore-of.ts'
import { describeOnEmulator } from './on-emulator.ts'
import { openRules } from './people.ts'

describeOnEmulator('the relay with Firestore', (emulator) => {
  let park: CarPark
  let rules: RulesTestEnvironment
  let firestore: AdminFirestore
  let site: Site
  beforeAll(async () => {
    useEmulator(emulator)
    rules = await openRules(emulator)
    firestore = firestoreOf(rules.projectId)
    park = await openCarPark()
    park.clock.now = new Date() // the relay purges by the clock on the wall
  })
  afterAll(async () => {
    await park?.close()
    await rules?.cleanup()
  })
  beforeEach(async () => {
    site = await park.site({ capacity: 100 })
  })

  const relay = () =>
    startRelay(park.testDatabase.appUrl, {
      PROFILE: 'hybrid',
      FIREBASE_PROJECT_ID: rules.projectId,
      EMULATORS: 'true',
      ...emulatorEnvironment(`${emulator.host}:${emulator.port}`),
    })
  const soon = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 15_000, interval: 20 })
  const data = async (path: string) => (await firestore.doc(path).get()).data()
  const gateShows = (gateId: string, decisionId: string) =>
    soon(async () =>
      expect(await data(`sites/${site.id}/gates/${gateId}`)).toMatchObject({ lastDecision: { id: decisionId } }),
    )

  /** Everything that Postgres has of the site is in Firestore, in the same version. */
  const untilEqual = () =>
    soon(async () => {
      expect(await park.count('mirror_marks')).toBe(0)
      const { rows } = await park.database.pool.query(
        'select path, version, pushed_version from mirror_documents where site_id = $1',
        [site.id],
      )
      for (const { path, version, pushed_version } of rows) {
        expect(pushed_version).toBe(version)
        expect((await data(path))!.v).toBe(Number(version))
      }
    })

  test('shows a car within a second of its decision, and ends on SIGTERM with exit code 0 within 3 s', async () => {
    const child = await relay()
    await gateShows(site.entry.gateId, (await park.read(site.entry, 'WARM 1')).decisionId)
    const { decisionId } = await park.read(site.exit, 'SEEN 1')
    const decidedAt = performance.now()
    await gateShows(site.exit.gateId, decisionId)
    expect(performance.now() - decidedAt).toBeLessThan(1_000)

    const asked = performance.now()
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe('exit code 0')
    expect(performance.now() - asked).toBeLessThan(3_000)
  })

  test('that is killed again and again while cars come brings everything in the end', async () => {
    for (let round = 0; round < 2; round++) {
      const child = await relay()
      const first = await park.read(site.entry, `KILL ${round}A`)
      await park.passage(site.entry, 'passed')
      await gateShows(site.entry.gateId, first.decisionId)
      for (let car = 0; car < 10; car++) {
        await park.read(site.entry, `KILL ${round}${car}X`)
        await park.passage(site.entry, 'passed')
        if (car === 5) await kill(child)
      }
    }
    await relay()
    await untilEqual()
    expect(await park.count('mirror_documents where site_id = $1', [site.id])).toBeGreaterThan(20)
  })

  test('two at once bring every document once and whole', async () => {
    await relay()
    await relay()
    const cars = Array.from({ length: 20 }, (_, i) => `PAIR ${i}`)
    for (const plate of cars) {
      await park.read(site.entry, plate)
      await park.passage(site.entry, 'passed')
    }
    await untilEqual()
  })

  test('rights that are taken in Postgres are refused in Firestore within a second', async () => {
    const id = randomUUID()
    const uid = `uid-${id}`
    const { pool } = park.database
    const markOperator = `insert into mirror_marks (kind, subject_id) values ('operator', '${id}')`
    await pool.query(
      `insert into operators (id, firebase_uid, email, name, role) values ($1, $2, 'o@example.org', 'O', 'operator')`,
      [id, uid],
    )
    await pool.query('insert into operator_sites (operator_id, site_id) values ($1, $2)', [id, site.id])
    await pool.query(`${markOperator}, ('site', '${site.id}')`)
    await relay()
    const client = rules.authenticatedContext(uid).firestore() as unknown as Firestore
    const read = () => getDoc(doc(client, `sites/${site.id}`))
    await soon(() => assertSucceeds(read()))

    await pool.query(`with taken as (delete from operator_sites where operator_id = '${id}') ${markOperator}`)
    const takenAt = performance.now()
    await soon(() => assertFails(read()))
    const seconds = (performance.now() - takenAt) / 1_000
    expect(seconds).toBeLessThan(1)
  })
})

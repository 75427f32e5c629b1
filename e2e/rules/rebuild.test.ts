import { randomUUID } from 'node:crypto'
import type { Firestore } from 'firebase-admin/firestore'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Difference, diffMirror } from '../../api/src/mirror/diff.ts'
import { type MirrorStore, openFirestore } from '../../api/src/mirror/firestore.ts'
import { rebuildMirror } from '../../api/src/mirror/rebuild.ts'
import { type CarPark, openCarPark, type Site } from '../../api/test/car-park.ts'
import { kill, startCoreProcess } from '../../api/test/core-process.ts'
import { startRelay } from '../../api/test/mirror/relay-process.ts'
import { emulatorEnvironment, firestoreOf, useEmulator } from './firestore-of.ts'
import { describeOnEmulator } from './on-emulator.ts'

describeOnEmulator('comparing and rebuilding the mirror', ({ host, port }) => {
  let projectId: string
  let park: CarPark
  let site: Site
  let store: MirrorStore
  let firestore: Firestore
  let uid: string
  const now = () => new Date()
  const rebuild = () => rebuildMirror(park.database, store, now, () => {}, 1_000)
  const diff = () => diffMirror({ database: park.database, store, now }, 1_000)
  const seen = (differences: Difference[]) =>
    differences.map(({ where, path, what }) => `${where} ${path} ${what}`).sort()
  const environment = () => ({
    DATABASE_URL: park.testDatabase.appUrl,
    PROFILE: 'hybrid',
    FIREBASE_PROJECT_ID: projectId,
    EMULATORS: 'true',
    ...emulatorEnvironment(`${host}:${port}`),
  })

  beforeAll(async () => {
    projectId = useEmulator({ host, port })
    store = openFirestore(projectId)
    firestore = firestoreOf(projectId)
    park = await openCarPark()
    park.clock.now = new Date()
    site = await park.site({ capacity: 50 })
    // Rounded to seconds this is -0, which no database keeps.
    await park.database.pool.query('update cameras set clock_offset_ms = -400')
    uid = `uid-${randomUUID()}`
    const [id, email] = [randomUUID(), `${uid}@example.org`]
    const { pool } = park.database
    await pool.query(
      `insert into operators (id, firebase_uid, email, name, role) values ($1, $2, $3, 'Olga', 'operator')`,
      [id, uid, email],
    )
    await pool.query('insert into operator_sites (operator_id, site_id) values ($1, $2)', [id, site.id])
    for (const plate of ['BUILD 1', 'BUILD 22', 'BUILD 333']) {
      await park.read(site.entry, plate)
      await park.passage(site.entry, 'passed')
    }
    await park.read(site.exit, 'BUILD 1')
  })
  afterAll(() => park?.close())
  beforeEach(async () => {
    expect(await rebuild()).toEqual([])
  })

  const gatePath = () => `sites/${site.id}/gates/${site.entry.gateId}`

  test('from nothing, everything is there, also what nobody ever marked, and nothing differs', async () => {
    await park.database.pool.query('delete from mirror_marks')
    await park.database.pool.query('delete from mirror_documents')
    expect((await diff()).map(({ what }) => what)).toContain('is missing')
    expect(await rebuild()).toEqual([])
    expect((await firestore.doc(`operators/${uid}`).get()).data()).toMatchObject({ sites: [site.id], disabled: false })
    expect((await firestore.collection(`sites/${site.id}/sessions`).get()).size).toBe(3)
    expect(await diff()).toEqual([])
  })

  test('each way in which Firestore can be wrong is named, by its fields alone, and put right', async () => {
    const { docs: stays } = await firestore.collection(`sites/${site.id}/sessions`).get()
    const [lost, changed] = [stays[0]!.ref, stays[1]!.ref]
    const foreign = ['plates/BUILD1', `sites/${site.id}/gates/nobody`, `sites/nowhere/gates/${randomUUID()}`]
    await lost.delete()
    await changed.update({ state: 'void', extra: 1 })
    await firestore.doc(gatePath()).update({ v: 9e15 })
    await firestore.doc(`sites/${site.id}`).update({ v: 'new' })
    await firestore.doc(`operators/${uid}`).set({ role: 'admin' })
    for (const path of foreign) await firestore.doc(path).set({ v: 1 })
    expect(seen(await diff())).toEqual(
      [
        `firestore ${lost.path} is missing`,
        `firestore ${changed.path} is not the document: extra, state`,
        `firestore ${gatePath()} is not the document: v`,
        `firestore sites/${site.id} is not the document: v`,
        `firestore operators/${uid} is not the document: disabled, name, role, sites, updatedAt, v`,
        ...foreign.map((path) => `firestore ${path} is left over`),
      ].sort(),
    )
    expect(await rebuild()).toEqual([])
    expect((await lost.get()).exists).toBe(true)
    for (const path of foreign) expect((await firestore.doc(path).get()).exists).toBe(false)
    expect((await firestore.doc(`operators/${uid}`).get()).data()).toMatchObject({ role: 'operator' })
  })

  test('a document in Postgres that is not the state is named, and put right in both places', async () => {
    await park.database.pool.query(
      `update mirror_documents set data = data || '{"barrierMode": "blocked"}' where subject_id = $1`,
      [site.exit.gateId],
    )
    expect(seen(await diff())).toEqual([
      `documents sites/${site.id}/gates/${site.exit.gateId} is not the state: barrierMode`,
      `firestore sites/${site.id}/gates/${site.exit.gateId} is not the document: barrierMode`,
    ])
    expect(await rebuild()).toEqual([])
  })

  test('versions go on from what Firestore has: a screen that is open takes what is rebuilt', async () => {
    const before = (await firestore.doc(gatePath()).get()).get('v')
    await rebuild()
    expect((await firestore.doc(gatePath()).get()).get('v')).toBeGreaterThan(before)
  })

  test('beside a relay that lives and cars that come, it ends, and nothing differs', async () => {
    const settled = () => diffMirror({ database: park.database, store, now })
    const relay = await startRelay(park.testDatabase.appUrl, environment())
    const { docs } = await firestore.collectionGroup('sessions').get()
    for (const { ref } of docs) await ref.delete()
    await Promise.all([
      rebuild(),
      (async () => {
        for (let i = 0; i < 15; i++) {
          await park.read(site.entry, `BESIDE ${i}`)
          await park.passage(site.entry, 'passed')
        }
      })(),
    ])
    expect(await settled()).toEqual([])
    await kill(relay)
  })

  test('a document that Firestore refuses does not stop it, and is what it says differs', async () => {
    await park.database.pool.query('update sites set name = $2 where id = $1', [site.id, 'x'.repeat(1_100_000)])
    expect(seen(await rebuild())).toEqual([expect.stringContaining(`firestore sites/${site.id} is not the document: `)])
    await park.database.pool.query(`update sites set name = 'Central' where id = $1`, [site.id])
  })

  test('the commands say so by their exit codes, and print no plate', async () => {
    const run = async (name: string) => {
      const child = await startCoreProcess(name, environment())
      return [await child.ended, child.log()] as const
    }
    await firestore.doc(gatePath()).delete()
    const [wrong, text] = await run('mirror-diff')
    expect(wrong).toBe('exit code 1')
    expect(text).toContain(`Firestore  ${gatePath()}  is missing`)
    expect((await run('mirror-rebuild'))[0]).toBe('exit code 0')
    const [right, quiet] = await run('mirror-diff')
    expect([right, quiet.trim()]).toEqual(['exit code 0', 'The mirror is what Postgres says.'])
    expect(text + quiet).not.toMatch(/BUILD|BESIDE/)
  })
})

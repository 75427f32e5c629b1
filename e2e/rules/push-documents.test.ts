import type { Firestore } from 'firebase-admin/firestore'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openFirestore } from '../../api/src/mirror/firestore.ts'
import { createPush, DocumentRefused, type MirrorSink } from '../../api/src/mirror/push-documents.ts'
import { writeDocuments } from '../../api/src/mirror/write-documents.ts'
import { type CarPark, openCarPark, type Site } from '../../api/test/car-park.ts'
import { firestoreOf, useEmulator } from './firestore-of.ts'
import { describeOnEmulator } from './on-emulator.ts'

describeOnEmulator('pushing documents', (emulator) => {
  let park: CarPark
  let site: Site
  let sink: MirrorSink
  let firestore: Firestore
  beforeAll(async () => {
    const projectId = useEmulator(emulator)
    sink = openFirestore(projectId)
    firestore = firestoreOf(projectId)
    park = await openCarPark()
  })
  afterAll(() => park?.close())
  beforeEach(async () => {
    await park.database.pool.query('delete from mirror_documents')
    await park.database.pool.query('delete from mirror_marks')
    site = await park.site({ capacity: 100 })
  })

  const now = () => new Date(park.clock.now)
  const write = () => writeDocuments(park.database, now, 1_000)
  /** One round that waits for all of its documents. */
  const push = (limit = 1_000) => createPush(park.database, sink, now, 15_000)(limit)
  const data = async (path: string) => (await firestore.doc(path).get()).data()
  const mark = (kind: string, id: string) =>
    park.database.pool.query('insert into mirror_marks (kind, subject_id) values ($1, $2)', [kind, id])
  const rename = async (id: string, name: string) => {
    await park.database.pool.query('update sites set name = $2 where id = $1', [id, name])
    await mark('site', id)
    await write()
  }
  const unpushed = () => park.count('mirror_documents where pushed_version < version and path is not null')

  test('brings everything of a car to Firestore, once', async () => {
    const { sessionId } = await park.read(site.entry, 'PUSH 1')
    await write()
    expect(await push()).toMatchObject({ pushed: 3, failed: [], unanswered: [] })
    const [{ data: gate }] = (
      await park.database.pool.query('select data from mirror_documents where subject_id = $1', [site.entry.gateId])
    ).rows
    expect(await data(`sites/${site.id}/gates/${site.entry.gateId}`)).toEqual(gate)
    expect(gate.lastDecision).toMatchObject({ plateMasked: 'P•••1' })
    expect(await data(`sites/${site.id}/sessions/${sessionId}`)).toMatchObject({
      plateMasked: 'P•••1',
      siteId: site.id,
    })
    expect(await push()).toMatchObject({ pushed: 0, failed: [], unanswered: [] })
    expect(await unpushed()).toBe(0)
  })

  test('goes on past a document that Firestore refuses, lets it wait longer each time, and pushes it once it is mended', async () => {
    const { id: fine } = await park.site()
    await rename(site.id, 'x'.repeat(1_100_000))
    await rename(fine, 'Fine')
    const first = await push()
    expect(first).toMatchObject({ pushed: 1, unanswered: [] })
    expect(first.failed).toEqual([{ path: `sites/${site.id}`, error: expect.any(DocumentRefused) }])
    expect(await data(`sites/${fine}`)).toMatchObject({ name: 'Fine' })

    const waits: number[] = []
    for (let i = 0; i < 3; i++) {
      const { seconds } = await park.row(
        `select extract(epoch from push_due_at - $2)::int as seconds from mirror_documents where subject_id = $1`,
        [site.id, now()],
      )
      waits.push(seconds)
      expect((await push()).failed).toEqual([])
      park.wait(seconds / 60)
      expect((await push()).failed).toHaveLength(1)
    }
    expect(waits).toEqual([1, 2, 4])

    await rename(site.id, 'Mended')
    expect(await push()).toMatchObject({ pushed: 1, failed: [], unanswered: [] })
    expect(await data(`sites/${site.id}`)).toMatchObject({ name: 'Mended' })
  })

  test('holds the others up not even when it refuses more than a batch', async () => {
    const bad = await Promise.all(Array.from({ length: 6 }, () => park.site()))
    for (const { id } of bad) await rename(id, 'x'.repeat(1_100_000))
    await rename(site.id, 'Behind them')
    expect((await push(3)).failed).toHaveLength(3)
    expect((await push(3)).failed).toHaveLength(3)
    expect(await push(3)).toMatchObject({ pushed: 1, failed: [] })
    expect(await data(`sites/${site.id}`)).toMatchObject({ name: 'Behind them' })
  })

  test('does not wait for a document that takes long, and offers it again only when it has ended', async () => {
    const { id: other } = await park.site()
    await rename(site.id, 'Held')
    await push()
    const held = Promise.withResolvers<void>()
    const holds = Promise.withResolvers<void>()
    const holder = firestore.runTransaction(async (transaction) => {
      await transaction.get(firestore.doc(`sites/${site.id}`))
      holds.resolve()
      await held.promise
    })
    await holds.promise
    park.wait(1)
    await rename(site.id, 'Late')
    await rename(other, 'Not late')

    const impatient = createPush(park.database, sink, now, 300)
    const total = { pushed: 0, failed: 0, unanswered: 0 }
    const round = async () => {
      const { pushed, failed, unanswered } = await impatient(1_000)
      total.pushed += pushed
      total.failed += failed.length
      total.unanswered += unanswered.length
      return total
    }
    await vi.waitFor(async () => expect((await round()).pushed).toBe(1), { timeout: 10_000 })
    expect(await data(`sites/${other}`)).toMatchObject({ name: 'Not late' })
    for (let i = 0; i < 3; i++) await round()

    held.resolve()
    await holder
    await vi.waitFor(async () => expect((await round()).pushed).toBe(2), { timeout: 10_000 })
    expect(await data(`sites/${site.id}`)).toMatchObject({ name: 'Late' })
    for (let i = 0; i < 3; i++) await round()
    expect(total).toEqual({ pushed: 2, failed: 0, unanswered: 0 })
  })

  test('tries again what arrived while Postgres could not be told', async () => {
    await rename(site.id, 'Arrives')
    await park.testDatabase.pool.query(
      'alter table mirror_documents add constraint full_disk check (pushed_at is null)',
    )
    const pusher = createPush(park.database, sink, now, 15_000)
    await expect(pusher(10)).rejects.toThrow()
    expect(await data(`sites/${site.id}`)).toMatchObject({ name: 'Arrives' })
    await park.testDatabase.pool.query('alter table mirror_documents drop constraint full_disk')
    expect(await pusher(10)).toMatchObject({ pushed: 1, failed: [], unanswered: [] })
    expect(await unpushed()).toBe(0)
  })

  test('takes operators’ rights first, then what screens follow, whatever waits', async () => {
    const cars = Array.from({ length: 30 }, (_, i) => `QUEUE ${i}`)
    for (const plate of cars) {
      await park.read(site.entry, plate)
      await park.passage(site.entry, 'passed')
    }
    await write()
    const olga = '0190aaaa-0000-7000-8000-000000000001'
    await park.database.pool.query(
      `insert into operators (id, firebase_uid, email, name, role) values ($1, 'uid-olga', 'olga@example.org', 'Olga', 'viewer')`,
      [olga],
    )
    await mark('operator', olga)
    await write()
    expect(await unpushed()).toBeGreaterThan(30)
    expect(await push(1)).toMatchObject({ pushed: 1 })
    expect(await data('operators/uid-olga')).toMatchObject({ role: 'viewer', sites: [] })
    expect(await push(2)).toMatchObject({ pushed: 2 }) // the site, and the gate that the cars came through
    expect(await data(`sites/${site.id}`)).toMatchObject({ capacity: 100 })
    expect((await firestore.collection(`sites/${site.id}/gates`).get()).size).toBe(1)
    expect((await firestore.collection(`sites/${site.id}/sessions`).get()).size).toBe(0)
  })

  test('writes a site’s summary at most once a second, and then the newest', async () => {
    await rename(site.id, 'One')
    await push()
    await rename(site.id, 'Two')
    await rename(site.id, 'Three')
    expect((await push()).pushed).toBe(0)
    expect(await data(`sites/${site.id}`)).toMatchObject({ name: 'One' })
    park.wait(1 / 60)
    await write()
    expect((await push()).pushed).toBe(1)
    expect(await data(`sites/${site.id}`)).toMatchObject({ name: 'Three' })
  })

  test('removes from Firestore what is gone', async () => {
    const olaf = '0190aaaa-0000-7000-8000-000000000002'
    await park.database.pool.query(
      `insert into operators (id, firebase_uid, email, name, role) values ($1, 'uid-olaf', 'olaf@example.org', 'Olaf', 'admin')`,
      [olaf],
    )
    await mark('operator', olaf)
    await write()
    await push()
    expect(await data('operators/uid-olaf')).toMatchObject({ role: 'admin' })
    await park.testDatabase.pool.query('delete from operators where id = $1', [olaf])
    await mark('operator', olaf)
    await write()
    expect(await push()).toMatchObject({ pushed: 1, failed: [] })
    expect(await data('operators/uid-olaf')).toEqual({ v: expect.any(Number), gone: true })
    expect(await unpushed()).toBe(0)
  })
})

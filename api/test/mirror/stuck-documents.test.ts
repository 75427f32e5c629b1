import { randomUUID } from 'node:crypto'
import { alertDocument, siteDocument } from '@turnpike/contracts/live-documents.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import * as tables from '../../src/db/schema.ts'
import { alertStuck } from '../../src/mirror/alert-stuck.ts'
import { writeDocuments } from '../../src/mirror/write-documents.ts'
import type { MirrorKind } from '../../src/repositories/mirror-marks.ts'
import { listDocumentsToPush, postponePushes } from '../../src/repositories/mirror-pushes.ts'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'

let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())
beforeEach(async () => {
  await park.testDatabase.pool.query('truncate mirror_marks, mirror_documents')
  site = await park.site()
})

const now = () => new Date(park.clock.now)
const waitSeconds = (seconds: number) => park.wait(seconds / 60)
const write = () => writeDocuments(park.database, now, 1_000)
const look = () => alertStuck(park.database, now(), randomUUID)
const mark = (kind: MirrorKind, subjectId: string) =>
  park.database.db.insert(tables.mirrorMarks).values({ kind, subjectId })
const document = async (subjectId: string) =>
  (await park.row('select data from mirror_documents where subject_id = $1', [subjectId]))?.data
const alertsOf = async (subjectId: string) =>
  (
    await park.database.pool.query(
      `select id, state, site_id, subject_kind from alerts where kind = 'mirror_document_stuck' and subject_id = $1`,
      [subjectId],
    )
  ).rows

/** A car that waits since never: no code of ours writes that row, and a mistake would look like it. */
async function breakExit() {
  await park.read(site.entry, 'HH XY 99')
  park.wait(60)
  await park.read(site.exit, 'HH XY 99')
  await write()
  await park.database.pool.query('update gate_passes set decided_at = null where gate_id = $1', [site.exit.gateId])
  await mark('gate', site.exit.gateId)
}
const mendExit = () =>
  park.database.pool.query('update gate_passes set decided_at = $2 where gate_id = $1', [site.exit.gateId, now()])

/** Writes until the document has failed so many times in a row; returns how long it waited in between, in seconds. */
async function failures(times: number): Promise<number[]> {
  const waits: number[] = []
  for (let i = 0; i < times; i++) {
    const { failed } = await write()
    expect(failed).toEqual([{ kind: 'gate', subjectId: site.exit.gateId, error: expect.any(TypeError) }])
    const { seconds } = await park.row(
      'select extract(epoch from max(due_at) - $1)::int as seconds from mirror_marks where due_at is not null',
      [now()],
    )
    waits.push(seconds)
    waitSeconds(seconds)
  }
  return waits
}

test('a document that cannot be built is set aside, longer each time, and the others are written', async () => {
  await breakExit()
  expect(await failures(3)).toEqual([1, 2, 4])
  const others = await park.read(site.entry, 'HH XY 98')
  await write()
  expect(await document(others.sessionId!)).toMatchObject({ state: 'open' })
})

test('new marks of a document that is set aside wait with it: it is not tried at each of them', async () => {
  await breakExit()
  await failures(3)
  await write()
  for (let i = 0; i < 20; i++) await mark('gate', site.exit.gateId)
  waitSeconds(2)
  expect((await write()).failed).toEqual([])
  expect(await park.count('mirror_marks where subject_id = $1', [site.exit.gateId])).toBe(21)
})

test('five failures in a row raise one alert at its site, which shows on the summary, and which goes once it is mended', async () => {
  await breakExit()
  await failures(4)
  await look()
  expect(await alertsOf(site.exit.gateId)).toEqual([])
  await failures(1)
  await look()
  await look()
  const [alert, ...more] = await alertsOf(site.exit.gateId)
  expect(alert).toMatchObject({ state: 'open', site_id: site.id, subject_kind: 'gate' })
  expect(more).toEqual([])
  await write()
  waitSeconds(1)
  await write()
  expect(alertDocument.parse(await document(alert.id))).toMatchObject({ kind: 'mirror_document_stuck', state: 'open' })
  expect(siteDocument.parse(await document(site.id)).openAlerts).toBe(1)

  await mendExit()
  park.wait(5)
  expect((await write()).failed).toEqual([])
  expect(await document(site.exit.gateId)).toMatchObject({ waiting: { amountMinor: 200 } })
  await look()
  expect(await alertsOf(site.exit.gateId)).toMatchObject([{ state: 'resolved' }])
  const { rows } = await park.database.pool.query(
    'select action, actor_id from audit_entries where subject_id = $1 order by at',
    [alert.id],
  )
  expect(rows.map(({ action }) => action)).toEqual(['mirror.document_stuck', 'mirror.document_mended'])
})

test('a document that Firestore refuses is stuck too, however often it changes in between', async () => {
  for (let i = 0; i < 5; i++) {
    await park.database.pool.query('update gates set name = $2 where id = $1', [site.entry.gateId, `Lane ${i}`])
    await mark('gate', site.entry.gateId)
    await write()
    const refused = await listDocumentsToPush(park.database.db, now(), 10)
    expect(refused.map(({ subjectId }) => subjectId)).toContain(site.entry.gateId)
    await postponePushes(
      park.database.db,
      refused.filter(({ subjectId }) => subjectId === site.entry.gateId),
      now(),
    )
    expect(await alertsOf(site.entry.gateId)).toEqual([])
  }
  await look()
  expect(await alertsOf(site.entry.gateId)).toMatchObject([{ state: 'open', site_id: site.id }])
})

test('rights that are stuck are told of at a site of that operator', async () => {
  const id = randomUUID()
  await park.database.db
    .insert(tables.operators)
    .values({ id, firebaseUid: `uid-${id}`, email: `${id}@example.org`, name: 'Olga', role: 'operator' })
  await park.database.db.insert(tables.operatorSites).values({ operatorId: id, siteId: site.id })
  await mark('operator', id)
  await write()
  await park.database.pool.query('update mirror_documents set push_failures = 5 where subject_id = $1', [id])
  await look()
  expect(await alertsOf(id)).toMatchObject([{ state: 'open', site_id: site.id, subject_kind: 'operator' }])
})

test('the alert of a stuck document that is stuck itself raises no further one', async () => {
  const about = randomUUID()
  const alert = { id: about, siteId: site.id, gateId: null, subjectKind: 'gate', subjectId: site.exit.gateId }
  await park.database.db.insert(tables.alerts).values({ ...alert, kind: 'mirror_document_stuck', raisedAt: now() })
  await mark('alert', about)
  await park.database.pool.query('update mirror_marks set failures = 9, due_at = $1', [now()])
  await look()
  expect(await alertsOf(about)).toEqual([])
})

/** Collected once a second at most. */
const figures = async () => (await park.app.inject('/metrics')).body

test('metrics say what is stuck, and do not count it as lag', async () => {
  await breakExit()
  await failures(5)
  await expect.poll(figures, { timeout: 5_000 }).toMatch(/^turnpike_mirror_stuck 1$/m)
  await park.database.pool.query("update mirror_marks set due_at = now() + interval '1 minute' where failures > 0")
  const marks = await park.count('mirror_marks where due_at is null')
  await expect.poll(figures, { timeout: 5_000 }).toContain(`\nturnpike_mirror_marks ${marks}\n`)
})

test('metrics say how old the oldest mark is that waits for the relay, and the oldest document that waits for Firestore', async () => {
  await mark('site', site.id)
  await write()
  await mark('site', site.id)
  await park.database.pool.query("update mirror_marks set created_at = now() - interval '12 seconds'")
  await park.database.pool.query("update mirror_documents set written_at = now() - interval '33 seconds'")
  await expect.poll(figures, { timeout: 5_000 }).toMatch(/^turnpike_mirror_lag_seconds 1[2-9]/m)
  expect(await figures()).toMatch(/^turnpike_mirror_unpushed_age_seconds 3[3-9]/m)
})

test('metrics say that nothing is written any more, even where nobody marks anything', async () => {
  await mark('site', site.id)
  await write()
  await park.database.pool.query("update mirror_documents set written_at = now() - interval '90 seconds'")
  await expect.poll(figures, { timeout: 5_000 }).toMatch(/^turnpike_mirror_written_age_seconds 9\d/m)
})

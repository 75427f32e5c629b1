import { randomUUID } from 'node:crypto'
import { alertDocument, paymentDocument } from '@turnpike/contracts/live-documents.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as tables from '../../src/db/schema.ts'
import { diffMirror } from '../../src/mirror/diff.ts'
import { writeDocuments } from '../../src/mirror/write-documents.ts'
import { purgeDocuments } from '../../src/repositories/mirror-documents.ts'
import type { MirrorKind } from '../../src/repositories/mirror-marks.ts'
import type { Site } from '../car-park.ts'
import type { Client } from '../operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from '../signed-in.ts'

let staffed: StaffedCarPark
let park: StaffedCarPark['park']
let site: Site
let operator: Client
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park } = staffed)
  site = await park.site()
  operator = await staffed.staff('operator', [site.id])
})
afterAll(() => staffed.close())

const dayMinutes = 24 * 60
const now = () => new Date(park.clock.now)
const daysOn = (days: number) => new Date(now().getTime() + days * dayMinutes * 60_000)
const write = () => writeDocuments(park.database, now, 1_000)
const document = (subjectId: string) => park.row('select * from mirror_documents where subject_id = $1', [subjectId])
async function markAndWrite(kind: MirrorKind, subjectId: string) {
  await park.database.db.insert(tables.mirrorMarks).values({ kind, subjectId })
  await write()
}
/** What is wrong with the document of a subject. */
const wrongWith = async (subjectId: string) =>
  (await diffMirror({ database: park.database, store: null, now }, 0)).filter(({ path }) => path.endsWith(subjectId))

async function paid(plate: string): Promise<{ id: string; factId: string }> {
  await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(45)
  const { quote } = await park.read(site.exit, plate)
  const factId = `pi_${plate.replace(' ', '')}`
  await park.pay(quote!.id, quote!.amountMinor, { factId })
  await write()
  return { id: (await park.row('select id from payments where fact_id = $1', [factId])).id, factId }
}

test('a payment expires 90 days after it was made: what becomes of it later leaves that, and nothing is missed afterwards', async () => {
  const { id, factId } = await paid('P 1')
  const expireAt = daysOn(90).toISOString()
  const written = await document(id)
  expect(paymentDocument.parse(written.data)).toMatchObject({ capturedAt: now().toISOString(), expireAt })
  park.wait(80 * dayMinutes)
  await markAndWrite('payment', id)
  expect(await document(id)).toEqual(written)
  await park.moneyBack(factId)
  await write()
  expect((await document(id)).data).toMatchObject({ refundedMinor: 200, expireAt })
  await park.testDatabase.pool.query('delete from mirror_documents where subject_id = $1', [id])
  expect(await wrongWith(id)).toMatchObject([{ what: 'is missing' }])
  await markAndWrite('payment', id)
  expect(await wrongWith(id)).toEqual([])
  park.wait(10 * dayMinutes)
  expect(await wrongWith(id)).toEqual([])
  await purgeDocuments(park.database.db, daysOn(0.1))
  expect(await document(id)).toBeUndefined()
  expect(await wrongWith(id)).toEqual([])
})

test('an alert expires a day after somebody resolved it, and not before', async () => {
  const id = await park.alert(site.id)
  await markAndWrite('alert', id)
  park.wait(3 * dayMinutes)
  await operator.expect(200, operator.change(`/v1/alerts/${id}`, 1, { state: 'acknowledged' }))
  await write()
  expect(alertDocument.parse((await document(id)).data)).toMatchObject({ state: 'acknowledged', expireAt: null })
  await operator.expect(200, operator.change(`/v1/alerts/${id}`, 2, { state: 'resolved' }))
  await write()
  const resolved = await document(id)
  expect(resolved.data).toMatchObject({ state: 'resolved', expireAt: daysOn(1).toISOString() })
  park.wait(dayMinutes / 2)
  await markAndWrite('alert', id)
  expect(await document(id)).toEqual(resolved)
  park.wait(dayMinutes / 2)
  await purgeDocuments(park.database.db, daysOn(0.1))
  expect(await document(id)).toBeUndefined()
  expect(await wrongWith(id)).toEqual([])
})

test('an alert that went with its cause expires a day later as well', async () => {
  const { sessionId } = await park.read(site.entry, 'P 2')
  const subject = { siteId: site.id, subjectKind: 'session', subjectId: sessionId! }
  const id = randomUUID()
  await park.database.db.insert(tables.alerts).values({ ...subject, id, kind: 'session_needs_review', raisedAt: now() })
  park.wait(30)
  const { version } = await operator.expect(200, operator.get(`/v1/sessions/${sessionId}`))
  const seenTo = { needsReview: false, changeReason: 'seen' }
  await operator.expect(200, operator.change(`/v1/sessions/${sessionId}`, version, seenTo))
  await write()
  expect((await document(id)).data).toMatchObject({ state: 'resolved', expireAt: daysOn(1).toISOString() })
})

test('what Firestore has without its end is not forgotten before it has the end, too', async () => {
  const id = await park.alert(site.id)
  await markAndWrite('alert', id)
  await park.database.pool.query('update mirror_documents set pushed_version = version where subject_id = $1', [id])
  await operator.expect(200, operator.change(`/v1/alerts/${id}`, 1, { state: 'resolved' }))
  await write()
  await purgeDocuments(park.database.db, daysOn(8))
  expect((await document(id)).data).toMatchObject({ state: 'resolved' })
  await park.database.pool.query('update mirror_documents set pushed_version = version where subject_id = $1', [id])
  await purgeDocuments(park.database.db, daysOn(8))
  expect(await document(id)).toBeUndefined()
})

import { randomUUID } from 'node:crypto'
import { gateDocument, operatorDocument, sessionDocument, siteDocument } from '@turnpike/contracts/live-documents.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as tables from '../../src/db/schema.ts'
import { writeDocuments } from '../../src/mirror/write-documents.ts'
import { purgeDocuments } from '../../src/repositories/mirror-documents.ts'
import type { MirrorKind } from '../../src/repositories/mirror-marks.ts'
import { listDocumentsToPush, markPushed } from '../../src/repositories/mirror-pushes.ts'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'

let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

const now = () => new Date(park.clock.now)
const write = (limit = 1_000) => writeDocuments(park.database, now, limit)
/** Until every summary has followed what it sums up, which takes a second. */
const writeAll = async () => {
  await write()
  park.wait(1 / 60)
  await write()
}
const mark = (kind: MirrorKind, subjectId: string) =>
  park.database.db.insert(tables.mirrorMarks).values({ kind, subjectId })
const document = (subjectId: string) => park.row('select * from mirror_documents where subject_id = $1', [subjectId])

async function operator(firebaseUid: string, siteIds: string[]): Promise<string> {
  const id = randomUUID()
  await park.database.db
    .insert(tables.operators)
    .values({ id, firebaseUid, email: `${id}@example.org`, name: 'Olga', role: 'operator' })
  for (const siteId of siteIds) await park.database.db.insert(tables.operatorSites).values({ operatorId: id, siteId })
  return id
}

const rename = (id: string, name: string) =>
  park.database.pool.query('update sites set name = $2 where id = $1', [id, name])

const renameGate = (id: string, name: string) =>
  park.database.pool.query('update gates set name = $2 where id = $1', [id, name])

describe('marks', () => {
  test('of a car become the whole documents that the contracts describe', async () => {
    const decision = await park.read(site.entry, 'B AB 1234')
    await writeAll()
    const session = await document(decision.sessionId!)
    expect(sessionDocument.parse(session.data)).toMatchObject({ siteId: site.id, state: 'open', expireAt: null })
    expect(session.path).toBe(`sites/${site.id}/sessions/${decision.sessionId}`)
    expect(gateDocument.parse((await document(site.entry.gateId)).data).lastDecision).toMatchObject({
      id: decision.decisionId,
      outcome: 'ALLOW',
      plateMasked: 'BA•••34',
    })
    expect(siteDocument.parse((await document(site.id)).data)).toMatchObject({ inside: 1, placesTaken: 1 })
    expect(await park.count('mirror_marks')).toBe(0)
  })

  test('of one document are one step of its version, however many there are', async () => {
    const id = site.entry.gateId
    await mark('gate', id)
    await writeAll()
    const { version } = await document(id)
    park.clock.now = new Date(Number(version)) // so that the version grows by a step alone
    await renameGate(id, 'Once')
    for (let i = 0; i < 25; i++) await mark('gate', id)
    expect(await write()).toEqual({ marks: 25, failed: [] })
    expect(Number((await document(id)).version)).toBe(Number(version) + 1)
  })

  test('give a version that grows with the clock, and grows still when the clock stands or goes back', async () => {
    const id = site.exit.gateId
    const versions: number[] = []
    for (const minutes of [0, 0, -5, 10]) {
      park.wait(minutes)
      await renameGate(id, `After ${versions.length}`)
      await mark('gate', id)
      await write()
      const stored = await document(id)
      expect(stored.data.v).toBe(Number(stored.version))
      versions.push(stored.data.v)
    }
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    // A database that was restored or emptied must be ahead of what Firestore has kept.
    expect(versions.at(-1)).toBe(now().getTime())
  })

  test('of a document that is as it should be write nothing: not it, and not the summary of its site', async () => {
    const { sessionId } = await park.read(site.entry, 'B AB 5678')
    await park.passage(site.entry, 'passed')
    await writeAll()
    const stored = () => park.database.pool.query('select * from mirror_documents order by path')
    const { rows: before } = await stored()
    await mark('gate', site.entry.gateId)
    await mark('session', sessionId!)
    await writeAll()
    expect((await stored()).rows).toEqual(before)
    expect(await park.count('mirror_marks')).toBe(0)
  })

  test('of an older core for what is no document any more go, and write nothing', async () => {
    await park.database.pool.query(`insert into mirror_marks (kind, subject_id) values ('decision', gen_random_uuid())`)
    expect(await write()).toEqual({ marks: 1, failed: [] })
    expect(await park.count(`mirror_documents where path is not null and kind = 'decision'`)).toBe(0)
  })

  test('of operators pass every backlog', async () => {
    await writeAll()
    const values = Array.from({ length: 500 }, () => ({ kind: 'gate' as const, subjectId: site.exit.gateId }))
    await park.database.db.insert(tables.mirrorMarks).values(values)
    const olga = await operator(`uid-${randomUUID()}`, [site.id])
    await mark('operator', olga)
    expect((await write(10)).marks).toBe(11)
    expect(operatorDocument.parse((await document(olga)).data).sites).toEqual([site.id])
    await writeAll()
  })

  test('of lanes pass a backlog of stays', async () => {
    await writeAll()
    for (let i = 0; i < 20; i++) await mark('session', randomUUID())
    await renameGate(site.exit.gateId, 'Live')
    await mark('gate', site.exit.gateId)
    expect((await write(10)).marks).toBe(11)
    expect((await document(site.exit.gateId)).data.name).toBe('Live')
    await writeAll()
  })

  test('beyond the limit stay for the next run', async () => {
    await writeAll()
    for (let i = 0; i < 7; i++) await mark('session', randomUUID())
    expect((await write(5)).marks).toBe(5)
    expect((await write(5)).marks).toBe(2)
    expect((await write(5)).marks).toBe(0)
  })
})

describe('a subject that is gone', () => {
  test('does not hold up the others', async () => {
    await mark('session', randomUUID())
    await mark('gate', randomUUID())
    await rename(site.id, 'Still here')
    await mark('site', site.id)
    park.wait(1)
    expect((await write()).failed).toEqual([])
    expect((await document(site.id)).data.name).toBe('Still here')
    expect(await park.count('mirror_marks')).toBe(0)
  })

  test('loses its document, in Firestore too', async () => {
    const olga = await operator('uid-left', [])
    await mark('operator', olga)
    await write()
    await park.testDatabase.pool.query('delete from operators where id = $1', [olga])
    await mark('operator', olga)
    await write()
    expect(await document(olga)).toMatchObject({ path: 'operators/uid-left', data: null })
    const toPush = await listDocumentsToPush(park.database.db, now(), 1_000)
    expect(toPush).toContainEqual(expect.objectContaining({ path: 'operators/uid-left', data: null }))
  })

  test('gives its path to whoever comes after it', async () => {
    const first = await operator('uid-again', [site.id])
    await mark('operator', first)
    await write()
    await park.testDatabase.pool.query('delete from operator_sites where operator_id = $1', [first])
    await park.testDatabase.pool.query('delete from operators where id = $1', [first])
    const second = await operator('uid-again', [])
    park.wait(1)
    await mark('operator', second)
    expect((await write()).failed).toEqual([])
    expect(await document(second)).toMatchObject({ path: 'operators/uid-again', data: { sites: [] } })
    expect((await document(first)).path).toBeNull()
  })
})

test('an operator who signs in as somebody else leaves nothing readable under the old name', async () => {
  const olga = await operator('uid-before', [site.id])
  await mark('operator', olga)
  await write()
  await park.database.pool.query(`update operators set firebase_uid = 'uid-after' where id = $1`, [olga])
  await mark('operator', olga)
  await write()
  expect((await document(olga)).path).toBe('operators/uid-after')
  const toPush = await listDocumentsToPush(park.database.db, now(), 1_000)
  const paths = new Map(toPush.map(({ path, data }) => [path, data]))
  expect(paths.get('operators/uid-before')).toBeNull()
  expect(paths.get('operators/uid-after')).toMatchObject({ sites: [site.id] })
})

describe('purging', () => {
  const later = (days: number) => new Date(now().getTime() + days * 86_400_000)

  test('deletes ended stays that have expired, and nothing that is shown', async () => {
    const lot = await park.site()
    const { sessionId } = await park.read(lot.entry, 'M PU 77')
    await park.passage(lot.entry, 'passed')
    const { sessionId: staying } = await park.read(lot.entry, 'K AB 1234')
    await park.read(lot.exit, 'M PU 77')
    await park.passage(lot.exit, 'passed')
    await write()
    await purgeDocuments(park.database.db, later(0.9))
    expect(await document(sessionId!)).toBeDefined()
    await purgeDocuments(park.database.db, later(1.1))
    expect(await document(sessionId!)).toBeUndefined()
    expect(await document(staying!)).toBeDefined()
    expect(await document(lot.id)).toBeDefined()
  })

  test('forgets a subject that is gone only after Firestore has lost it', async () => {
    const olga = await operator('uid-purged', [])
    await mark('operator', olga)
    await write()
    await park.testDatabase.pool.query('delete from operators where id = $1', [olga])
    await mark('operator', olga)
    await write()
    await purgeDocuments(park.database.db, later(8))
    const gone = (await listDocumentsToPush(park.database.db, now(), 1_000)).filter((d) => d.subjectId === olga)
    expect(gone).toHaveLength(1)
    await markPushed(park.database.db, gone, now())
    await purgeDocuments(park.database.db, later(8))
    expect(await document(olga)).toBeUndefined()
  })
})

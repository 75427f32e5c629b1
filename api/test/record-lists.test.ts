import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as tables from '../src/db/schema.ts'
import type { CarPark, Lane, Site } from './car-park.ts'
import type { Client } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let admin: Client
let site: Site
let second: Lane
/** Between the third and the fourth car. */
let middle: string

beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park, admin } = staffed)
  site = await park.site()
  second = await park.lane(site.id, 'entry')
  await park.subscription(site.id, ['SU 1'])
  await park.blacklist('BL 1', site.id)
  for (const [index, plate] of ['RE 1', 'SU 1', 'BL 1', 'RE 2', 'RE 3'].entries()) {
    if (index === 3) {
      park.wait(1)
      middle = park.clock.now.toISOString()
    }
    await park.read(index % 2 === 0 ? site.entry : second, plate)
    await park.passage(index % 2 === 0 ? site.entry : second, 'passed')
    park.wait(1)
  }
  park.wait(60)
  for (const plate of ['RE 1', 'RE 2']) {
    const { quote } = await park.read(site.exit, plate)
    await park.pay(quote!.id, quote!.amountMinor)
    await park.passage(site.exit, 'passed')
    park.wait(1)
  }
  // The same vehicle enters again without having been seen leaving.
  await park.read(site.entry, 'RE 3')
  await park.read(site.exit, 'SU 1', { capturedAt: new Date(park.clock.now.getTime() - 3_600_000) })
})
afterAll(() => staffed.close())

type Item = Record<string, unknown> & { id: string }
const list = async (url: string): Promise<Item[]> => (await admin.expect(200, admin.get(url))).items

const filters: [list: string, field: string, at: string][] = [
  ['decisions', 'gateId', 'createdAt'],
  ['decisions', 'cameraId', 'createdAt'],
  ['decisions', 'sessionId', 'createdAt'],
  ['decisions', 'outcome', 'createdAt'],
  ['decisions', 'reason', 'createdAt'],
  ['decisions', 'mode', 'createdAt'],
  ['reads', 'gateId', 'receivedAt'],
  ['reads', 'cameraId', 'receivedAt'],
  ['reads', 'disposition', 'receivedAt'],
  ['sessions', 'state', 'openedAt'],
  ['sessions', 'needsReview', 'openedAt'],
  ['sessions', 'subscriptionId', 'openedAt'],
  ['payments', 'sessionId', 'capturedAt'],
  ['audit', 'action', 'at'],
  ['audit', 'actorKind', 'at'],
  ['audit', 'subjectKind', 'at'],
]
describe.each(filters)('%s by %s', (name, field, at) => {
  test('are exactly those of the whole list that have it, in the same order', async () => {
    const whole = await list(`/v1/${name}?siteId=${site.id}&limit=200`)
    const values = new Set(whole.map((item) => item[field]).filter((value) => value !== null))
    expect(values.size).toBeGreaterThan(0)
    for (const value of values) {
      const expected = whole.filter((item) => item[field] === value)
      expect(expected.length, 'leaves something out').toBeLessThan(whole.length)
      expect(await list(`/v1/${name}?siteId=${site.id}&limit=200&${field}=${value}`)).toEqual(expected)
      const recent = expected.filter((item) => (item[at] as string) >= middle)
      expect(await list(`/v1/${name}?limit=200&since=${middle}&${field}=${value}&siteId=${site.id}`)).toEqual(recent)
    }
  })
})

test.each([
  ['decisions', 'createdAt'],
  ['reads', 'receivedAt'],
  ['sessions', 'openedAt'],
  ['payments', 'capturedAt'],
  ['audit', 'at'],
])('%s are listed by %s; since and until cut them in two without a gap or a repeat', async (name, at) => {
  const whole = await list(`/v1/${name}?limit=200`)
  const times = whole.map((item) => item[at] as string)
  expect(times).toEqual([...times].sort().reverse())
  const cut = times[1]!
  const later = await list(`/v1/${name}?limit=200&since=${cut}`)
  const earlier = await list(`/v1/${name}?limit=200&until=${cut}`)
  expect([...later, ...earlier]).toEqual(whole)
  expect(later.length).toBeGreaterThan(0)
})

test('a payment is found by its provider', async () => {
  expect(await list(`/v1/payments?siteId=${site.id}&provider=stripe`)).toHaveLength(2)
  expect(await list(`/v1/payments?siteId=${site.id}&provider=paypal`)).toEqual([])
})

test.each([
  ['decisions', 'sited=x'],
  ['sessions', 'since=yesterday'],
  ['sessions', 'needsReview=1'],
  ['payments', 'provider=cash'],
  ['reads', 'plate=RE1'],
  ['decisions', 'reason=bad_mood'],
])('%s?%s is refused, not ignored', async (name, query) => {
  const response = await admin.get(`/v1/${name}?${query}`)
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({
    code: 'invalid_request',
    issues: expect.arrayContaining([{ path: expect.any(String), message: expect.any(String) }]),
  })
})

test('paging is not disturbed by what happens meanwhile: each row that was there is seen once', async () => {
  const lane = await park.lane((await park.site({ capacity: 40 })).id, 'entry')
  const arrive = async () => {
    park.wait(1)
    const { decisionId } = await park.read(lane, `PG ${Math.floor(Math.random() * 1e9)}`)
    await park.passage(lane, 'passed')
    return decisionId
  }
  const there: string[] = []
  for (let i = 0; i < 7; i++) there.unshift(await arrive())
  const paged = await admin.all(`/v1/decisions?gateId=${lane.gateId}&limit=2`, arrive)
  expect(paged.map(({ id }) => id)).toEqual(there)
})

test('rows of the same instant, and instants finer than a millisecond, are paged without a gap or a repeat', async () => {
  const { id: siteId } = await park.site()
  const plateId = await park.plate('MICRO 1')
  for (const micros of ['000', '001', '001', '001', '999']) {
    const openedAt = `2026-01-01 12:00:00.123${micros}+00`
    await park.database.pool.query(
      `insert into sessions (id, site_id, plate_id, state, opened_at, closed_at) values ($1, $2, $3, 'closed', $4, $4)`,
      [randomUUID(), siteId, plateId, openedAt],
    )
  }
  const paged = await admin.all(`/v1/sessions?siteId=${siteId}&limit=1`)
  expect(paged).toEqual(await list(`/v1/sessions?siteId=${siteId}`))
  expect(new Set(paged.map(({ id }) => id)).size).toBe(5)
})

test('a cursor of another list is refused, and none is made up', async () => {
  const { nextCursor } = await admin.expect(200, admin.get('/v1/audit?limit=1'))
  for (const wrong of [nextCursor, 'nonsense', Buffer.from(`99 ${randomUUID()}x`).toString('base64url')])
    expect((await admin.get(`/v1/decisions?cursor=${wrong}`)).statusCode, wrong).toBe(400)
})

test('what belongs to no site is listed for an admin beside the rest, and to nobody else', async () => {
  const at = park.clock.now
  await park.database.db.insert(tables.auditEntries).values({
    at,
    siteId: null,
    actorKind: 'system',
    action: 'test.of_no_site',
    subjectKind: 'test',
    subjectId: 'x',
  })
  expect(await list('/v1/audit?action=test.of_no_site')).toHaveLength(1)
  expect(await list(`/v1/audit?action=test.of_no_site&siteId=${site.id}`)).toEqual([])
  const manager = await staffed.staff('manager', [site.id])
  expect((await manager.expect(200, manager.get('/v1/audit?action=test.of_no_site'))).items).toEqual([])
})

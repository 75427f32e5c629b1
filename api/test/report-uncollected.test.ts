import { randomUUID } from 'node:crypto'
import type { UncollectedItem } from '@turnpike/contracts/report.ts'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decideUnsureReads } from '../src/services/decide-unsure-reads.ts'
import type { CarPark, Lane, Site } from './car-park.ts'
import type { Client } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let admin: Client
let site: Site
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park, admin } = staffed)
})
afterAll(() => staffed.close())

const report = (query = ''): Promise<{ items: UncollectedItem[]; nextCursor: string | null }> =>
  admin.expect(200, admin.get(`/v1/reports/uncollected?siteId=${site.id}${query}`))

async function inside(plate: string): Promise<string> {
  const { sessionId } = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(1)
  return sessionId!
}
async function open(lane: Lane) {
  await admin.expect(201, admin.post(`/v1/gates/${lane.gateId}/commands`, { action: 'open', reason: 'lets it out' }))
}

describe('a stay that ended without its money is reported with why, where and how much', () => {
  beforeAll(async () => {
    site = await park.site()
  })

  test('let out by an operator', async () => {
    const id = await inside('OP 1')
    park.wait(44)
    const { decisionId } = await park.read(site.exit, 'OP 1')
    await open(site.exit)
    park.wait(1)
    await park.passage(site.exit, 'passed')
    expect((await report()).items[0]).toEqual({
      id,
      siteId: site.id,
      plate: 'OP1',
      state: 'closed',
      openedAt: '2026-03-10T09:00:00.000Z',
      endedAt: '2026-03-10T09:46:00.000Z',
      cause: 'operator',
      gateId: site.exit.gateId,
      gateName: 'exit',
      decisionId,
      reason: 'payment_due',
      priceMinor: 200,
      paidMinor: 0,
      owedMinor: 200,
      currency: 'EUR',
      lines: [expect.objectContaining({ text: '2 × 30 min at 1.00', amountMinor: 200 })],
    })
  })

  test('through a barrier that was held open', async () => {
    const id = await inside('HELD 1')
    park.wait(30)
    const holdUntil = new Date(park.clock.now.getTime() + 600_000).toISOString()
    const hold = { action: 'hold_open', reason: 'repairs', holdUntil }
    await admin.expect(201, admin.post(`/v1/gates/${site.exit.gateId}/commands`, hold))
    await park.read(site.exit, 'HELD 1')
    await admin.expect(
      201,
      admin.post(`/v1/gates/${site.exit.gateId}/commands`, { action: 'release', reason: 'repaired' }),
    )
    park.wait(1)
    expect((await report()).items[0]).toMatchObject({ id, cause: 'held_open', reason: 'held_open', owedMinor: 200 })
  })

  test('by a failure policy', async () => {
    const id = await inside('FALL 1')
    park.wait(20)
    const lane = await park.lane(site.id, 'exit', { onCameraUnsure: 'open', name: 'back exit' })
    await park.read(lane, 'FALL 1', { confidence: 0.1 })
    park.wait(1)
    await decideUnsureReads({ database: park.database, now: () => new Date(park.clock.now), newId })
    expect((await report()).items[0]).toMatchObject({ id, cause: 'fallback', gateName: 'back exit', owedMinor: 100 })
  })

  test('seen again at the entry', async () => {
    const id = await inside('MISS 1')
    park.wait(5 * 60)
    await park.read(site.entry, 'MISS 1')
    const [item] = (await report()).items
    expect(item).toMatchObject({ id, state: 'missed_exit', cause: 'missed_exit', gateId: null, reason: null })
    expect(item!.owedMinor).toBe(800)
    park.wait(1)
  })

  test('driven out although nothing opened for it', async () => {
    const id = await inside('RUN 1')
    park.wait(20)
    await park.read(site.exit, 'RUN 1')
    const body = { kind: 'passed', occurredAt: park.clock.now.toISOString(), sessionId: id }
    expect((await park.post(`/v1/gates/${site.exit.gateId}/passages`, site.exit.key, body)).statusCode).toBe(200)
    expect((await report()).items[0]).toMatchObject({ id, cause: 'drove_out', owedMinor: 100 })
    park.wait(1)
  })

  test('with only a part of it paid', async () => {
    const id = await inside('PART 1')
    park.wait(20)
    const { quote } = await park.read(site.exit, 'PART 1')
    await park.pay(quote!.id, quote!.amountMinor)
    await park.passage(site.exit, 'turned_back')
    park.wait(60)
    await park.read(site.exit, 'PART 1')
    await open(site.exit)
    await park.passage(site.exit, 'passed')
    expect((await report()).items[0]).toMatchObject({
      id,
      priceMinor: 300,
      paidMinor: 100,
      owedMinor: 200,
      lines: [{ amountMinor: 300 }, { text: 'Already paid', amountMinor: -100 }],
    })
    park.wait(1)
  })

  test('each once, the last one first, page by page as all at once, and as a table', async () => {
    const { items, nextCursor } = await report()
    expect(nextCursor).toBeNull()
    expect(items.map(({ plate }) => plate)).toEqual(['PART1', 'RUN1', 'MISS1', 'FALL1', 'HELD1', 'OP1'])
    expect(await admin.all(`/v1/reports/uncollected?siteId=${site.id}&limit=1`)).toEqual(items)
    const { body } = await admin.get(`/v1/reports/uncollected?siteId=${site.id}&limit=1&format=csv`)
    const [header, ...rows] = body.trimEnd().split('\r\n')
    expect(header).toBe('id,plate,openedAt,endedAt,cause,gateName,reason,price,paid,owed,currency')
    expect(rows).toHaveLength(items.length)
    expect(rows[0]).toMatch(
      /^[-0-9a-f]{36},PART1,2026-03-1\d.*Z,2026-03-1\d.*Z,operator,exit,.*,3\.00,1\.00,2\.00,EUR$/,
    )
  })

  test('only those that ended in the time asked for', async () => {
    const { items } = await report()
    const cut = items[2]!.endedAt
    const [later, earlier] = [await report(`&from=${cut}`), await report(`&to=${cut}`)]
    expect([...later.items, ...earlier.items]).toEqual(items)
    expect(later.items).toHaveLength(3)
  })

  test('with plates masked for whoever may only look', async () => {
    const viewer = await staffed.staff('viewer', [site.id])
    const url = `/v1/reports/uncollected?siteId=${site.id}`
    expect((await viewer.expect(200, viewer.get(url))).items.at(-1).plate).toBe('O•••')
    expect((await viewer.get(`${url}&format=csv`)).body).not.toMatch(/PART1|HELD1|MISS1/)
  })
})

describe('a stay is not reported', () => {
  beforeAll(async () => {
    site = await park.site()
    park.wait(60)
  })

  test('that was paid, free, still open or covered, nor one whose vehicle turned back', async () => {
    await inside('PAID 1')
    park.wait(20)
    const { quote } = await park.read(site.exit, 'PAID 1')
    await park.pay(quote!.id, quote!.amountMinor)
    await park.passage(site.exit, 'passed')
    park.wait(1)
    await inside('FREE 1')
    await park.read(site.exit, 'FREE 1')
    await park.passage(site.exit, 'passed')
    await park.subscription(site.id, ['SUB 1'])
    await inside('SUB 1')
    park.wait(60)
    const unsure = await park.lane(site.id, 'exit', { onCameraUnsure: 'open' })
    await park.read(unsure, 'SUB 1', { confidence: 0.1 })
    park.wait(1)
    await decideUnsureReads({ database: park.database, now: () => new Date(park.clock.now), newId })
    await park.read(site.entry, 'BACK 1')
    await park.passage(site.entry, 'turned_back')
    park.wait(1)
    await inside('OPEN 1')
    expect((await report()).items).toEqual([])
  })

  test('any more once its money has come after all', async () => {
    const id = await inside('LATE 1')
    park.wait(20)
    const { quote } = await park.read(site.exit, 'LATE 1')
    await open(site.exit)
    await park.passage(site.exit, 'passed')
    expect((await report()).items.map((item) => item.id)).toEqual([id])
    await park.pay(quote!.id, quote!.amountMinor)
    expect((await report()).items).toEqual([])
  })
})

test('what owes nothing does not shorten a page: it goes on to those that do', async () => {
  site = await park.site()
  const plateId = await park.plate('MANY 1')
  // All of them to be reviewed; only every hundredth stayed long enough to owe something.
  await park.database.pool.query(
    `insert into sessions (id, site_id, plate_id, state, needs_review, opened_at, closed_at)
     select gen_random_uuid(), $1, $2, 'closed', true, ended - case when n % 100 = 0 then interval '1 hour' else interval '1 minute' end, ended
     from (select n, $3::timestamptz - n * interval '1 second' as ended from generate_series(1, 1000) n) stays`,
    [site.id, plateId, park.clock.now.toISOString()],
  )
  const first = await report('&limit=6')
  expect(first.items).toHaveLength(6)
  const second = await report(`&limit=6&cursor=${first.nextCursor}`)
  expect(second.items).toHaveLength(4)
  expect(second.nextCursor).toBeNull()
  expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(10)
})

test('a table opens as text in a spreadsheet, whatever somebody called a gate', async () => {
  site = await park.site()
  const lane = await park.lane(site.id, 'exit', { name: `=HYPERLINK("https://evil.example"), "x"` })
  await inside('CSV 1')
  park.wait(20)
  await park.read(lane, 'CSV 1')
  await open(lane)
  await park.passage(lane, 'passed')
  const { body } = await admin.get(`/v1/reports/uncollected?siteId=${site.id}&format=csv`)
  expect(body).toContain(`"'=HYPERLINK(""https://evil.example""), ""x"""`)
})

test('a table of a site that does not exist is a problem, not a table', async () => {
  const response = await admin.get(`/v1/reports/uncollected?siteId=${randomUUID()}&format=csv`)
  expect(response.statusCode).toBe(404)
  expect(response.headers['content-type']).toContain('application/problem+json')
  expect(response.headers['content-disposition']).toBeUndefined()
})

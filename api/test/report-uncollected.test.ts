import { randomUUID } from 'node:crypto'
import type { UncollectedItem } from '@turnpike/contracts/report.ts'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { decideUnsureReads } from '../src/services/decide-unsure-reads.ts'
import { timeOutReviews } from '../src/services/time-out-reviews.ts'
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

const url = () => `/v1/reports/uncollected?siteId=${site.id}`
const report = (query = ''): Promise<{ items: UncollectedItem[]; nextCursor: string | null }> =>
  admin.expect(200, admin.get(`${url()}${query}`))

async function inside(plate: string): Promise<string> {
  const { sessionId } = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(1)
  return sessionId!
}

const steer = (lane: Lane, command: Record<string, unknown>) =>
  admin.expect(201, admin.post(`/v1/gates/${lane.gateId}/commands`, { reason: 'for this test', ...command }))

const worker = () => ({ database: park.database, now: () => new Date(park.clock.now), newId })

async function decideUnsure() {
  park.wait(1)
  await decideUnsureReads(worker())
}

/** How a vehicle leaves without its money; each after 45 minutes, which cost 2.00. */
const ways = {
  async operator(plate: string) {
    const id = await inside(plate)
    park.wait(44)
    await park.read(site.exit, plate)
    await steer(site.exit, { action: 'open' })
    await park.passage(site.exit, 'passed')
    return id
  },
  async held_open(plate: string) {
    const id = await inside(plate)
    park.wait(44)
    const holdUntil = new Date(park.clock.now.getTime() + 600_000).toISOString()
    await steer(site.exit, { action: 'hold_open', holdUntil })
    await park.read(site.exit, plate)
    await steer(site.exit, { action: 'release' })
    return id
  },
  async fallback(plate: string) {
    const id = await inside(plate)
    park.wait(43)
    await park.read(await park.lane(site.id, 'exit', { onCameraUnsure: 'open' }), plate, { confidence: 0.1 })
    await decideUnsure()
    return id
  },
  async missed_exit(plate: string) {
    const id = await inside(plate)
    park.wait(44)
    await park.read(site.entry, plate)
    return id
  },
  async let_out(plate: string) {
    const id = await inside(plate)
    park.wait(42)
    await park.database.pool.query('update sessions set needs_review = true where id = $1', [id])
    expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'PAY', reason: 'review_required' })
    park.wait(2)
    await timeOutReviews(worker())
    return id
  },
  async drove_out(plate: string) {
    const id = await inside(plate)
    park.wait(44)
    await park.read(site.exit, plate)
    const body = { kind: 'passed', occurredAt: park.clock.now.toISOString(), sessionId: id }
    expect((await park.post(`/v1/gates/${site.exit.gateId}/passages`, site.exit.key, body)).statusCode).toBe(200)
    return id
  },
}
const causes = Object.keys(ways) as (keyof typeof ways)[]

describe('a stay that ended without its money', () => {
  beforeEach(async () => {
    site = await park.site()
  })

  test.each(causes)('by %s is reported with why and how much', async (cause) => {
    const id = await ways[cause]('OUT 1')
    expect((await report()).items).toMatchObject([{ id, cause, priceMinor: 200, paidMinor: 0, owedMinor: 200 }])
  })

  test('is reported with where it left, on what answer, and how the sum comes about', async () => {
    const openedAt = park.clock.now.toISOString()
    const id = await ways.operator('OP 1')
    const { decisionId } = await park.row(
      `select id as "decisionId" from decisions where session_id = $1 and outcome = 'PAY'`,
      [id],
    )
    expect((await report()).items).toEqual([
      {
        id,
        siteId: site.id,
        plate: 'OP1',
        state: 'closed',
        openedAt,
        endedAt: park.clock.now.toISOString(),
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
      },
    ])
  })

  test('is reported with what is missing, when a part of it was paid', async () => {
    await inside('PART 1')
    park.wait(20)
    const { quote } = await park.read(site.exit, 'PART 1')
    await park.pay(quote!.id, quote!.amountMinor)
    await park.passage(site.exit, 'turned_back')
    park.wait(60)
    await park.read(site.exit, 'PART 1')
    await steer(site.exit, { action: 'open' })
    await park.passage(site.exit, 'passed')
    expect((await report()).items).toMatchObject([
      {
        priceMinor: 300,
        paidMinor: 100,
        owedMinor: 200,
        lines: [{ amountMinor: 300 }, { text: 'Already paid', amountMinor: -100 }],
      },
    ])
  })

  test('owes what it owed when it was let out, also where only the next vehicle, hours later, shows that it has left', async () => {
    await inside('GONE 1')
    park.wait(44)
    const { quote } = await park.read(site.exit, 'GONE 1')
    const { id } = await steer(site.exit, { action: 'open' })
    const result = `/v1/gates/${site.exit.gateId}/commands/${id}/result`
    expect((await park.post(result, site.exit.key, { outcome: 'executed' })).statusCode).toBe(200)
    park.wait(180)
    await park.read(site.exit, 'NEXT 1')
    const endedAt = park.clock.now.toISOString()
    expect((await report()).items).toMatchObject([{ cause: 'operator', endedAt, priceMinor: 200, owedMinor: 200 }])
    await park.pay(quote!.id, 200)
    expect((await report()).items).toEqual([])
  })

  test('is not reported any more once its money has come after all, and again as far as that went back', async () => {
    await inside('LATE 1')
    park.wait(44)
    const { quote } = await park.read(site.exit, 'LATE 1')
    await steer(site.exit, { action: 'open' })
    await park.passage(site.exit, 'passed')
    expect((await report()).items).toHaveLength(1)
    const factId = `pi_${randomUUID()}`
    await park.pay(quote!.id, 200, { factId })
    expect((await report()).items).toEqual([])
    await park.moneyBack(factId, { amountMinor: 150 })
    expect((await report()).items).toMatchObject([
      { priceMinor: 200, paidMinor: 50, owedMinor: 150, lines: [{ amountMinor: 200 }, { amountMinor: -50 }] },
    ])
  })

  test('is not one that was paid, free, still open or covered, nor one whose vehicle turned back', async () => {
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
    await ways.fallback('SUB 1')
    await park.read(site.entry, 'BACK 1')
    await park.passage(site.entry, 'turned_back')
    park.wait(1)
    await inside('OPEN 1')
    expect((await report()).items).toEqual([])
  })
})

describe('several of them', () => {
  let plates: string[]
  beforeAll(async () => {
    // All on one day of the site, whatever time the stays before have taken.
    park.clock.now = new Date('2026-03-11T09:00:00Z')
    site = await park.site()
    plates = []
    for (const [index, cause] of causes.entries()) {
      await ways[cause](`ALL ${index}`)
      park.wait(5)
      plates.unshift(`ALL${index}`)
    }
  })

  test('are reported once each, the last one first, page by page as all at once', async () => {
    const { items, nextCursor } = await report()
    expect(nextCursor).toBeNull()
    expect(items.map(({ plate }) => plate)).toEqual(plates)
    expect(await admin.all(`${url()}&limit=1`)).toEqual(items)
  })

  test('are one table, with decimal sums, whatever a page would hold', async () => {
    const { body } = await admin.get(`${url()}&limit=1&format=csv`)
    const [header, ...rows] = body.trimEnd().split('\r\n')
    expect(header).toBe('id,plate,openedAt,endedAt,cause,gateName,reason,price,paid,owed,currency')
    expect(rows.map((row) => row.split(',')[1])).toEqual(plates)
    expect(rows.at(-1)).toMatch(/^[-0-9a-f]{36},ALL0,[^,]*Z,[^,]*Z,operator,exit,payment_due,2\.00,0\.00,2\.00,EUR$/)
  })

  test('are reported by when they ended, half-open', async () => {
    const { items } = await report()
    const cut = items[2]!.endedAt
    const [later, earlier] = [await report(`&from=${cut}`), await report(`&to=${cut}`)]
    expect(later.items).toHaveLength(3)
    expect([...later.items, ...earlier.items]).toEqual(items)
  })

  test('have masked plates for whoever may only look', async () => {
    const viewer = await staffed.staff('viewer', [site.id])
    const { items } = await viewer.expect(200, viewer.get(url()))
    expect(items.map((item: UncollectedItem) => item.plate)).toEqual(plates.map((plate) => `A•••${plate.at(-1)}`))
    expect((await viewer.get(`${url()}&format=csv`)).body).not.toContain('ALL')
  })
})

/** Stays that ended one a second up to now, all to be reviewed; `minutes` is how long the nth was, in SQL. */
async function manyStays(count: number, minutes: string) {
  await park.database.pool.query(
    `insert into sessions (id, site_id, plate_id, state, needs_review, opened_at, closed_at)
     select gen_random_uuid(), $1, $2, 'closed', true, ended - (${minutes}) * interval '1 minute', ended
     from (select n, $3::timestamptz - n * interval '1 second' as ended from generate_series(1, $4::int) n) stays`,
    [site.id, await park.plate('MANY 1'), park.clock.now.toISOString(), count],
  )
}

test('what owes nothing does not shorten a page: it goes on to those that do', async () => {
  site = await park.site()
  await manyStays(1_000, 'case when n % 100 = 0 then 60 else 1 end')
  const first = await report('&limit=6')
  expect(first.items).toHaveLength(6)
  const second = await report(`&limit=6&cursor=${first.nextCursor}`)
  expect(second.items).toHaveLength(4)
  expect(second.nextCursor).toBeNull()
  expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(10)
})

test('a table opens as text in a spreadsheet, whatever somebody called a gate', async () => {
  site = await park.site()
  site.exit = await park.lane(site.id, 'exit', { name: `=HYPERLINK("https://evil.example"), "x"` })
  await ways.operator('CSV 1')
  expect((await admin.get(`${url()}&format=csv`)).body).toContain(`"'=HYPERLINK(""https://evil.example""), ""x"""`)
})

describe('a table that cannot be made', () => {
  /** Prices that nobody can read, of stays that began before now; those that begin later have good ones. */
  async function spoilPrices() {
    await park.database.pool.query(
      `insert into tariffs (id, site_id, revision, valid_from, rules)
       select gen_random_uuid(), site_id, 2, '2001-01-02'::timestamptz, '{"version": 99}'::jsonb from tariffs where site_id = $1
       union all select gen_random_uuid(), site_id, 3, $2::timestamptz, rules from tariffs where site_id = $1`,
      [site.id, park.clock.now.toISOString()],
    )
  }

  test('is a problem while nothing of it was sent', async () => {
    site = await park.site()
    await manyStays(1, '60')
    await spoilPrices()
    const response = await admin.get(`${url()}&format=csv`)
    expect(response.statusCode).toBe(500)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(response.headers['content-disposition']).toBeUndefined()
    expect(response.json()).toMatchObject({ code: 'internal' })
  })

  test('breaks off after that, instead of looking complete', async () => {
    site = await park.site()
    await manyStays(1, '60')
    await spoilPrices()
    park.wait(24 * 60)
    await manyStays(1_000, '60')
    const from = new Date(park.clock.now.getTime() - 48 * 3_600_000).toISOString()
    await expect(admin.get(`${url()}&from=${from}&format=csv`)).rejects.toThrow()
  })

  test('of a site that does not exist is a problem as well', async () => {
    const response = await admin.get(`/v1/reports/uncollected?siteId=${randomUUID()}&format=csv`)
    expect(response.statusCode).toBe(404)
    expect(response.headers['content-type']).toContain('application/problem+json')
  })
})

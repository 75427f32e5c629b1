import { randomUUID } from 'node:crypto'
import type { OccupancyReport, TrafficReport } from '@turnpike/contracts/report.ts'
import fc from 'fast-check'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as tables from '../src/db/schema.ts'
import { decideUnsureReads } from '../src/services/decide-unsure-reads.ts'
import type { CarPark } from './car-park.ts'
import type { Client } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let admin: Client
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park, admin } = staffed)
})
afterAll(() => staffed.close())

const hour = 3_600_000
const traffic = (query: string): Promise<TrafficReport> => admin.expect(200, admin.get(`/v1/reports/traffic?${query}`))
const occupancy = (query: string): Promise<OccupancyReport> =>
  admin.expect(200, admin.get(`/v1/reports/occupancy?${query}`))

describe('a day at the gates', () => {
  let siteId: string
  /** Nine to ten, and ten to eleven in Berlin. */
  const [nine, ten] = ['2026-03-10T08:00:00.000Z', '2026-03-10T09:00:00.000Z']
  beforeAll(async () => {
    const site = await park.site({ capacity: 2 })
    siteId = site.id
    await park.blacklist('BAD 1', site.id)
    park.clock.now = new Date(nine)
    for (const plate of ['IN 1', 'IN 2']) {
      await park.read(site.entry, plate)
      await park.passage(site.entry, 'passed')
      park.wait(1)
    }
    await park.read(site.entry, 'BAD 1')
    park.wait(1)
    await park.read(site.entry, 'FULL 1')
    park.wait(1)
    await park.read(site.entry, 'OLD 1', { capturedAt: new Date(park.clock.now.getTime() - hour) })
    park.clock.now = new Date(ten)
    const { quote } = await park.read(site.exit, 'IN 1')
    await park.pay(quote!.id, quote!.amountMinor)
    await park.passage(site.exit, 'passed')
    park.wait(1)
    // Its entry was not seen.
    await park.read(site.exit, 'GHOST 1')
    await park.passage(site.exit, 'passed')
    park.wait(1)
    await park.read(site.entry, 'SHY 1')
    await park.passage(site.entry, 'turned_back')
    await park.passage(site.entry, 'tailgated')
    park.wait(1)
    const unsure = await park.lane(site.id, 'entry', { onCameraUnsure: 'open' })
    await park.read(unsure, 'BLUR 1', { confidence: 0.1 })
    park.wait(1)
    await decideUnsureReads({ database: park.database, now: () => new Date(park.clock.now), newId })
  })

  test('is counted hour by hour as it happened', async () => {
    const { items } = await traffic(`siteId=${siteId}&from=${nine}&to=2026-03-10T10:00:00Z`)
    expect(items).toEqual([
      {
        start: nine,
        end: ten,
        period: '2026-03-10T09:00+01:00',
        entries: 2,
        exits: 0,
        denials: 2,
        denialsByReason: { blacklisted: 1, site_full: 1 },
        payAnswers: 0,
        fallbackDecisions: 0,
        passages: { passed: 2, turned_back: 0, tailgated: 0, unknown: 0 },
      },
      {
        start: ten,
        end: '2026-03-10T10:00:00.000Z',
        period: '2026-03-10T10:00+01:00',
        entries: 1,
        exits: 2,
        denials: 0,
        denialsByReason: {},
        payAnswers: 1,
        fallbackDecisions: 1,
        passages: { passed: 2, turned_back: 1, tailgated: 1, unknown: 0 },
      },
    ])
  })

  test('is the sum of its hours, and a table has a column for each reason to deny', async () => {
    const { items } = await traffic(`siteId=${siteId}&bucket=day`)
    expect(items).toMatchObject([{ period: '2026-03-10', entries: 3, exits: 2, denials: 2, fallbackDecisions: 1 }])
    const { body } = await admin.get(`/v1/reports/traffic?siteId=${siteId}&bucket=day&format=csv`)
    expect(body.split('\r\n')).toEqual([
      'period,start,end,entries,exits,payAnswers,denials,denied_blacklisted,denied_site_full,passed,turned_back,tailgated,unknown,fallbackDecisions',
      '2026-03-10,2026-03-09T23:00:00.000Z,2026-03-10T23:00:00.000Z,3,2,1,2,1,1,4,1,1,0,1',
      '',
    ])
  })

  test('is shown with who was there: a sparkline of today is one request, and ends now', async () => {
    const { items, from, to, capacity } = await occupancy(`siteId=${siteId}`)
    expect([from, to, capacity]).toEqual(['2026-03-09T23:00:00.000Z', park.clock.now.toISOString(), 2])
    expect(items).toHaveLength(11)
    expect(items.slice(8).map(({ atStart, most }) => [atStart, most])).toEqual([
      [0, 0],
      [0, 2],
      [2, 2],
    ])
    expect(items.at(-1)!.end).toBe(to)
    const { body } = await admin.get(`/v1/reports/occupancy?siteId=${siteId}&format=csv`)
    expect(body.split('\r\n')[10]).toBe('2026-03-10T09:00+01:00,2026-03-10T08:00:00.000Z,2026-03-10T09:00:00.000Z,0,2')
  })
})

test('an hour that comes twice is counted as two', async () => {
  const { id } = await park.site()
  for (const openedAt of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T01:40:00Z'])
    await stay(id, openedAt, '2026-10-25T05:00:00Z')
  park.clock.now = new Date('2026-10-26T00:00:00Z')
  const { items } = await traffic(`siteId=${id}&from=2026-10-24T22:00:00Z&to=2026-10-25T23:00:00Z`)
  expect(items).toHaveLength(25)
  expect(items.filter(({ entries }) => entries > 0).map(({ period, entries }) => [period, entries])).toEqual([
    ['2026-10-25T02:00+02:00', 1],
    ['2026-10-25T02:00+01:00', 2],
  ])
})

async function stay(siteId: string, openedAt: string, closedAt: string | null, state = 'closed' as const) {
  await park.database.db.insert(tables.sessions).values({
    id: randomUUID(),
    siteId,
    plateId: await park.plate(`P ${Math.floor(Math.random() * 1e12)}`),
    state: closedAt === null ? 'open' : state,
    openedAt: new Date(openedAt),
    closedAt: closedAt === null ? null : new Date(closedAt),
  })
}

test('whatever stays there were: at the start of an hour, and at most within it, are those that a count by the minute finds', async () => {
  const begin = Date.parse('2026-10-24T20:00:00Z')
  const text = (minute: number) => new Date(begin + minute * 60_000).toISOString()
  const length = 9 * 60
  const stays = fc.array(
    fc.record({ opened: fc.integer({ min: -60, max: length }), lasts: fc.option(fc.integer({ min: 0, max: 300 })) }),
    { maxLength: 15 },
  )
  park.clock.now = new Date('2026-11-01T00:00:00Z')
  await fc.assert(
    fc.asyncProperty(stays, fc.nat(60), async (stays, after) => {
      const { id } = await park.site()
      for (const { opened, lasts } of stays) await stay(id, text(opened), lasts === null ? null : text(opened + lasts))
      // One that turned back was never inside.
      await park.database.pool.query(
        `insert into sessions (id, site_id, plate_id, state, opened_at, closed_at) values (gen_random_uuid(), $1, $2, 'void', $3, $4)`,
        [id, await park.plate('VOID 1'), text(100), text(200)],
      )
      const { items } = await occupancy(`siteId=${id}&from=${text(after)}&to=${text(length)}`)
      // Open at a minute: begun at it or before, and ending after it.
      const openAt = (minute: number, begunBy: number) =>
        stays.filter(({ opened, lasts }) => opened <= begunBy && (lasts === null || opened + lasts > minute)).length
      for (const { start, end, atStart, most } of items) {
        const first = (Date.parse(start) - begin) / 60_000
        const last = (Date.parse(end) - begin) / 60_000
        expect(atStart, 'just before the hour').toBe(openAt(first - 1, first - 1))
        const within = Array.from({ length: last - first }, (_, i) => openAt(first + i, first + i))
        expect(most).toBe(Math.max(atStart, ...within))
      }
    }),
    { numRuns: 25 },
  )
})

test.each([
  ['occupancy', 'from=2026-01-01T00:00:00Z&to=2026-02-03T00:00:00Z', 400],
  ['traffic', 'bucket=hour&from=2026-01-01T00:00:00Z&to=2026-02-03T00:00:00Z', 400],
  ['traffic', 'bucket=day&from=2026-01-01T00:00:00Z&to=2026-02-03T00:00:00Z', 200],
  ['traffic', 'bucket=month', 400],
  ['occupancy', 'bucket=day', 400],
])('%s asked for with %s is %d', async (name, query, status) => {
  const { id } = await park.site()
  const response = await admin.get(`/v1/reports/${name}?siteId=${id}&${query}`)
  expect(response.statusCode, response.body).toBe(status)
})

test('of a time that has not come there is no occupancy', async () => {
  park.clock.now = new Date('2026-11-01T00:00:00Z')
  const { id } = await park.site()
  await stay(id, '2026-10-31T00:00:00Z', null)
  const { items } = await occupancy(`siteId=${id}&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z`)
  expect(items).toEqual([])
})

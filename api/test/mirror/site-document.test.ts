import { type SiteDocument, siteDocument } from '@turnpike/contracts/live-documents.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { writeDocuments } from '../../src/mirror/write-documents.ts'
import { markOldSites } from '../../src/repositories/mirror-marks.ts'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'
import { addOperator, openSignIn, type SignIn } from '../operator.ts'
import { type Client, clientOf } from '../operator-client.ts'

let park: CarPark
let signIn: SignIn
let site: Site
let client: Client
beforeAll(async () => {
  signIn = await openSignIn()
  park = await openCarPark({ verifyIdToken: signIn.verifyIdToken })
})
afterAll(async () => {
  await park?.close()
  await signIn?.stop()
})
beforeEach(async () => {
  park.clock.now = new Date('2026-03-10T09:00:00Z')
  await park.testDatabase.pool.query('truncate mirror_marks, mirror_documents')
  site = await park.site({ timeZone: 'Pacific/Auckland' }) // its day began at 11:00 UTC the day before
  await park.database.pool.query(`insert into mirror_marks (kind, subject_id) values ('site', $1)`, [site.id])
  client = clientOf(park, (await addOperator(park, signIn, 'manager', [site.id])).token)
})

const now = () => new Date(park.clock.now)
const write = () => writeDocuments(park.database, now, 1_000)
const version = async () =>
  Number((await park.row('select version from mirror_documents where subject_id = $1', [site.id]))?.version)

/** The summary once it has followed everything that happened, a second later. */
async function summary(): Promise<SiteDocument> {
  await write()
  park.wait(1 / 60)
  await write()
  return siteDocument.parse((await park.row('select data from mirror_documents where subject_id = $1', [site.id])).data)
}

describe('the summary of a site', () => {
  test('counts its day as the reports of that day do', async () => {
    await park.blacklist('BAD 1', site.id)
    await park.read(site.entry, 'YESTER 1')
    await park.passage(site.entry, 'passed')
    park.wait(3 * 60) // 12:00 UTC: the next day there
    for (const plate of ['CAR 1', 'CAR 22', 'CAR 333']) {
      await park.read(site.entry, plate)
      await park.passage(site.entry, 'passed')
    }
    await park.read(site.entry, 'BAD 1')
    park.wait(60)
    const { quote } = await park.read(site.exit, 'CAR 1')
    await park.pay(quote!.id, quote!.amountMinor)
    await park.read(site.exit, 'CAR 1')
    await park.passage(site.exit, 'passed')
    park.wait(1)
    await park.read(site.exit, 'NEVER IN 7') // let out without a stay
    await park.passage(site.exit, 'passed')

    const { today, openAlerts, inside } = await summary()
    expect(today).toEqual({ date: '2026-03-11', entries: 3, exits: 2, denials: 1, revenueMinor: 200 })
    expect(inside).toBe(3)
    const ofDay = `siteId=${site.id}&from=2026-03-10T11:00:00Z&to=2026-03-11T11:00:00Z`
    const traffic = await client.expect(200, client.get(`/v1/reports/traffic?${ofDay}&bucket=day`))
    const revenue = await client.expect(200, client.get(`/v1/reports/revenue?${ofDay}&bucket=day`))
    const { entries, exits, denials } = traffic.items.at(-1)
    expect({ entries, exits, denials, revenueMinor: revenue.total.grossMinor }).toEqual({
      entries: today!.entries,
      exits: today!.exits,
      denials: today!.denials,
      revenueMinor: today!.revenueMinor,
    })
    expect(openAlerts).toBe(await park.count(`alerts where site_id = $1 and state = 'open'`, [site.id]))
    expect(openAlerts).toBeGreaterThan(0)
  })

  test('says how many lanes are held open, blocked, or were last decided by a failure policy', async () => {
    const heldOpen = { barrierMode: 'held_open', holdUntil: new Date('2026-03-10T18:00:00Z') } as const
    await park.lane(site.id, 'exit', heldOpen)
    await park.lane(site.id, 'exit', { ...heldOpen, retiredAt: now() })
    await park.lane(site.id, 'entry', { barrierMode: 'blocked' })
    const { decisionId } = await park.read(site.entry, 'FALL 1')
    await park.testDatabase.pool.query(`update decisions set mode = 'fallback' where id = $1`, [decisionId])
    expect((await summary()).gates).toEqual({ inUse: 4, heldOpen: 1, blocked: 1, inFallback: 1 })
  })

  test('follows what it sums up without being marked itself: a denial, a gate, an alert', async () => {
    await park.blacklist('BAD 2', site.id)
    expect((await park.read(site.entry, 'BAD 2')).outcome).toBe('DENY')
    await park.database.pool.query(`delete from mirror_marks where kind = 'site'`)
    expect((await summary()).today?.denials).toBe(1)
  })

  test('is written once a second at most, and then shows the newest', async () => {
    await summary()
    await park.read(site.entry, 'FIRST 1')
    await park.passage(site.entry, 'passed')
    park.wait(1 / 60)
    await write()
    await write()
    const before = await version()
    for (let i = 0; i < 5; i++) {
      await park.read(site.entry, `OFTEN ${i}`)
      await park.passage(site.entry, 'passed')
      await write()
    }
    expect(await version()).toBe(before)
    expect((await summary()).inside).toBe(6)
    expect(await park.count('mirror_marks')).toBe(0)
  })

  test('that was written together with what it sums up is not written a second time for it', async () => {
    await summary()
    park.wait(1 / 60)
    await park.read(site.entry, 'ONCE 1')
    await write()
    const once = await version()
    expect((await summary()).inside).toBe(1)
    expect(await version()).toBe(once)
  })

  test('is written also after the clock was set back', async () => {
    await summary()
    const before = await version()
    park.wait(-60)
    await park.read(site.entry, 'BACK 1')
    await summary()
    expect(await version()).toBeGreaterThan(before)
  })

  test('is written again when it gets old, so that a new day begins and a mirror that stands still is seen', async () => {
    await summary()
    const before = await version()
    await markOldSites(park.database.db, new Date(now().getTime() - 55_000))
    expect(await park.count('mirror_marks where subject_id = $1', [site.id])).toBe(0)
    park.clock.now = new Date('2026-03-10T12:00:00Z')
    await markOldSites(park.database.db, new Date(now().getTime() - 55_000))
    await markOldSites(park.database.db, new Date(now().getTime() - 55_000))
    expect(await park.count(`mirror_marks where subject_id = $1`, [site.id])).toBe(1)
    expect((await summary()).today).toMatchObject({ date: '2026-03-11', entries: 0 })
    expect(await version()).toBeGreaterThan(before)
  })
})

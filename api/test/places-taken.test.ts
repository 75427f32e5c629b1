import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, type Lane, plainTariff, type Site } from './car-park.ts'
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

const resize = async (site: Site, capacity: number) => {
  const url = `/v1/sites/${site.id}`
  const { version } = await admin.expect(200, admin.get(url))
  return admin.expect(200, admin.change(url, version, { capacity }))
}
const places = async (site: Site) =>
  park.row(
    `select count(*)::int as rows, count(session_id)::int as taken, count(*) filter (where surplus)::int as surplus
     from site_slots where site_id = $1`,
    [site.id],
  )
const enter = (lane: Lane, plate: string) => park.read(lane, plate)
const leave = async (site: Site, plate: string) => {
  const answer = await park.read(site.exit, plate)
  expect(answer.outcome, answer.reason).toBe('ALLOW')
  park.wait(0.2)
}

describe('a car park', () => {
  test('that is made larger has the places at once', async () => {
    const site = await park.site({ capacity: 1 })
    await enter(site.entry, 'L 1')
    expect(await enter(site.entry, 'L 2')).toMatchObject({ reason: 'site_full' })
    await resize(site, 3)
    park.wait(4)
    expect(await enter(site.entry, 'L 2')).toMatchObject({ outcome: 'ALLOW' })
    expect(await places(site)).toEqual({ rows: 3, taken: 2, surplus: 0 })
  })

  test('that is made smaller loses free places at once, and taken ones as their cars leave', async () => {
    const site = await park.site({ capacity: 6 })
    for (const plate of ['AAA 1', 'BBB 2', 'CCC 3', 'DDD 4']) {
      await enter(site.entry, plate)
      await park.passage(site.entry, 'passed', new Date(park.clock.now))
      park.wait(0.2)
    }
    await resize(site, 2)
    expect(await places(site)).toEqual({ rows: 4, taken: 4, surplus: 4 })
    for (const [plate, left] of [
      ['AAA 1', 3],
      ['BBB 2', 2],
    ] as const) {
      await leave(site, plate)
      expect(await places(site)).toMatchObject({ rows: left, taken: left })
      expect(await enter(site.entry, `EARLY ${left}`)).toMatchObject({ reason: 'site_full' })
      park.wait(4)
    }
    await leave(site, 'CCC 3')
    expect(await places(site)).toEqual({ rows: 2, taken: 1, surplus: 1 })
    expect(await enter(site.entry, 'NEXT 1')).toMatchObject({ outcome: 'ALLOW' })
    await resize(site, 5)
    expect(await places(site)).toEqual({ rows: 5, taken: 2, surplus: 0 })
  })

  test('that is resized while cars come and go ends with exactly its places, and never admits one too many', async () => {
    const site = await park.site({ capacity: 12, tariff: { ...plainTariff, entryGraceMinutes: 600 } })
    const lanes = [site.entry, ...(await Promise.all([1, 2, 3].map(() => park.lane(site.id, 'entry'))))]
    const exits = [site.exit, ...(await Promise.all([1, 2, 3].map(() => park.lane(site.id, 'exit'))))]
    const inside: string[] = []
    const cars = Array.from({ length: 200 }, (_, n) => `RUN ${n} X${String.fromCharCode(65 + (n % 26))}`)
    for (const [round, capacity] of [
      4, 9, 2, 2, 12, 5, 0, 7, 1, 3, 12, 12, 6, 5, 4, 3, 2, 1, 0, 12, 3, 11, 2, 10,
    ].entries()) {
      const arriving = lanes.map((lane) => ({ lane, plate: cars.shift()! }))
      const leaving = exits.flatMap((lane) => (inside.length > 0 ? [{ lane, plate: inside.shift()! }] : []))
      const before = (await places(site)).taken
      const [, answers] = await Promise.all([
        resize(site, capacity),
        Promise.all(arriving.map(({ lane, plate }) => enter(lane, plate))),
        Promise.all(leaving.map(({ lane, plate }) => park.read(lane, plate))),
      ])
      arriving.forEach(({ plate }, index) => {
        if (answers[index]!.outcome === 'ALLOW') inside.push(plate)
      })
      const { rows, taken, surplus } = await places(site)
      const what = `round ${round}, ${capacity} places`
      expect(rows, what).toBe(Math.max(capacity, taken))
      expect(taken, what).toBe(inside.length)
      expect(taken, what).toBeLessThanOrEqual(before + arriving.length)
      if (rows > capacity) expect(surplus, what).toBe(rows)
      park.wait(5)
    }
  })
})

describe('a pool', () => {
  test('that is made smaller covers nobody more until enough of its cars have left', async () => {
    const site = await park.site()
    const plan = await admin.expect(201, admin.post('/v1/plans', { name: 'P', siteIds: [site.id] }))
    const plates = ['PAA 1', 'PBB 2', 'PCC 3', 'PDD 4']
    const made = await admin.expect(
      201,
      admin.post('/v1/subscriptions', { planId: plan.id, holder: 'H', siteIds: [site.id], plates, poolSize: 3 }),
    )
    for (const plate of plates.slice(0, 3)) {
      expect(await enter(site.entry, plate)).toMatchObject({ reason: 'subscription' })
      await park.passage(site.entry, 'passed', new Date(park.clock.now))
      park.wait(0.2)
    }
    const url = `/v1/subscriptions/${made.id}`
    expect(await admin.expect(200, admin.change(url, 1, { poolSize: 1 }))).toMatchObject({
      poolSize: 1,
      placesTaken: 3,
    })
    await leave(site, 'PAA 1')
    await leave(site, 'PBB 2')
    expect(await enter(site.entry, 'PDD 4')).toMatchObject({ reason: 'pool_overflow' })
    expect(await park.count('subscription_slots where subscription_id = $1', [made.id])).toBe(1)
    await leave(site, 'PCC 3')
    expect(await park.count('subscription_slots where subscription_id = $1 and session_id is null', [made.id])).toBe(1)
  })
})

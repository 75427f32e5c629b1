import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { areAlike } from '../src/domain/look-alike.ts'
import { toPlate } from '../src/domain/plate.ts'
import { listVehiclesMuchLike } from '../src/repositories/plates.ts'
import type { CarPark, Site } from './car-park.ts'
import type { Client } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let site: Site
let other: Site
let operator: Client
let viewer: Client
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park } = staffed)
  site = await park.site()
  other = await park.site()
  operator = await staffed.staff('operator', [site.id])
  viewer = await staffed.staff('viewer', [site.id])
  for (const plate of ['HH-BO 1234', 'HH-B0 1234', 'HH-BO 1235', 'HH-BX 7734', 'M-A 1234']) {
    await park.read(site.entry, plate)
    await park.passage(site.entry, 'passed')
    park.wait(1)
  }
  await park.read(other.entry, 'HH-BO 1239')
  await park.subscription(site.id, ['HH-SU 5550'])
  await park.subscription(site.id, ['M-SU 1'])
  await park.blacklist('HH-BL 6660', site.id)
  await park.blacklist('HH-BL 6661', other.id)
})
afterAll(() => staffed.close())

type Asked = { plate?: string; match?: string; holder?: string; limit?: number; cursor?: string }
const paths = ['decisions', 'sessions', 'subscriptions', 'blacklist']
const search = (path: string, asked: Asked, as = operator) => as.post(`/v1/${path}/search`, asked)
/** The plates of what is found, in its order. */
async function found(path: string, asked: Asked): Promise<string[]> {
  const { items } = await operator.expect(200, search(path, asked))
  return items.map(
    (item: { plate?: string; read?: { plate: string }; vehicles?: { plate: string }[] }) =>
      item.plate ?? item.read?.plate ?? item.vehicles?.[0]?.plate,
  )
}

test.each([
  ['decisions', 'hb o1', ['HHBO1235', 'HHBO1234']],
  ['sessions', 'bo-12', ['HHBO1235', 'HHBO1234']],
  ['sessions', '123', ['MA1234', 'HHBO1235', 'HHB01234', 'HHBO1234']],
  ['subscriptions', 'SU555', ['HHSU5550']],
  ['blacklist', 'b l 6 6', ['HHBL6660']],
])('%s are found by the part "%s" of a plate, those at one’s own sites, newest first', async (path, plate, plates) => {
  expect(await found(path, { plate, match: 'fragment' })).toEqual(plates)
})

test('pages of a search go on where the page before ended', async () => {
  const first = await operator.expect(200, search('sessions', { plate: '123', match: 'fragment', limit: 3 }))
  const cursor = first.nextCursor
  const second = await operator.expect(200, search('sessions', { plate: '123', match: 'fragment', limit: 3, cursor }))
  expect(second.nextCursor).toBeNull()
  const plates = [...first.items, ...second.items].map((item: { plate: string }) => item.plate)
  expect(plates).toEqual(['MA1234', 'HHBO1235', 'HHB01234', 'HHBO1234'])
})

test('a part has three letters or digits at least: what is special in a pattern does not count, and means nothing', async () => {
  for (const plate of ['AB', 'A-1', '%%%', '___', 'A_1', '\\%1'])
    for (const path of paths) expect((await search(path, { plate, match: 'fragment' })).statusCode, plate).toBe(400)
  expect(await found('sessions', { plate: 'H_B%1', match: 'fragment' })).toEqual([])
  expect((await search('sessions', { plate: '--' })).json()).toMatchObject({
    code: 'invalid_request',
    issues: [{ path: 'body.plate' }],
  })
})

test('look-alikes are the plate itself, equal skeletons and one edit, and no further', async () => {
  expect(await found('sessions', { plate: 'HH-BO 1234', match: 'look_alike' })).toEqual([
    'HHBO1235',
    'HHB01234',
    'HHBO1234',
  ])
  expect(await found('blacklist', { plate: 'HH 8L 6660', match: 'look_alike' })).toEqual(['HHBL6660'])
  expect(await found('subscriptions', { plate: 'HHSU555', match: 'look_alike' })).toEqual(['HHSU5550'])
  expect(await found('sessions', { plate: 'HHBO1234' })).toEqual(['HHBO1234'])
})

test('no look-alike is overlooked: every plate that a camera may take for another is among the candidates', async () => {
  const letters = fc.constantFrom(...'ABDGILOQSZKX0123568Ж')
  const text = fc.array(letters, { minLength: 5, maxLength: 11 }).map((all) => all.join(''))
  const edit = fc.record({ kind: fc.constantFrom('change', 'add', 'drop'), at: fc.nat(10), letter: letters })
  await fc.assert(
    fc.asyncProperty(text, edit, async (asked, { kind, at, letter }) => {
      const place = at % asked.length
      const kept = asked.slice(place + (kind === 'add' ? 0 : 1))
      const plate = toPlate(asked.slice(0, place) + (kind === 'drop' ? '' : letter) + kept)!
      fc.pre(areAlike(plate, toPlate(asked)!))
      const id = await park.plate(plate.plate)
      const candidates = await listVehiclesMuchLike(park.database.db, toPlate(asked)!, 100_000)
      expect(candidates.map((vehicle) => vehicle.id)).toContain(id)
    }),
    { numRuns: 150 },
  )
})

test('whoever sees plates masked searches for a plate that he knows, and cannot puzzle one out', async () => {
  for (const path of paths) {
    expect((await search(path, { plate: 'HHBO1234' }, viewer)).statusCode, path).toBe(200)
    for (const match of ['fragment', 'look_alike'])
      expect((await search(path, { plate: 'HHBO1234', match }, viewer)).statusCode, path).toBe(403)
  }
})

test('a part that fits thousands of vehicles is refused instead of reading them all', async () => {
  await park.database.pool.query(
    `insert into plates (id, raw, plate, skeleton)
     select gen_random_uuid(), 'ZZZ' || n, 'ZZZ' || n, '222' || n from generate_series(1, 5001) n`,
  )
  expect((await search('sessions', { plate: 'ZZZ', match: 'fragment' })).json()).toMatchObject({
    issues: [{ message: 'fits more than 5000 vehicles: give more of it' }],
  })
  expect(await found('sessions', { plate: 'ZZZ99', match: 'fragment' })).toEqual([])
})

describe('subscriptions by their holder', () => {
  const holders = ['Baker & Sons', 'Bäckerei 100 % Brot', 'Under_score', 'Undercover']
  beforeAll(async () => {
    const admin = staffed.admin
    const plan = await admin.expect(201, admin.post('/v1/plans', { name: 'P', siteIds: [site.id, other.id] }))
    for (const holder of holders)
      await admin.expect(
        201,
        admin.post('/v1/subscriptions', { planId: plan.id, holder, siteIds: [site.id], plates: [] }),
      )
    const elsewhere = { planId: plan.id, holder: 'Baker elsewhere', siteIds: [other.id], plates: [] }
    await admin.expect(201, admin.post('/v1/subscriptions', elsewhere))
  })

  test.each([
    ['baker', ['Baker & Sons']],
    ['R & S', ['Baker & Sons']],
    ['0 %', ['Bäckerei 100 % Brot']],
    ['r_s', ['Under_score']],
    ['%%%', []],
  ])('are found by the part "%s" of the name, where every character means itself', async (holder, expected) => {
    const { items } = await operator.expect(200, search('subscriptions', { holder }))
    expect(items.map((item: { holder: string }) => item.holder)).toEqual(expected)
  })

  test('are asked for by a plate, a holder or both', async () => {
    expect((await search('subscriptions', {})).statusCode).toBe(400)
    expect((await search('subscriptions', { holder: 'Ba' })).statusCode).toBe(400)
    expect(await found('subscriptions', { holder: 'Holder', plate: 'MSU1' })).toEqual(['MSU1'])
    expect(await found('subscriptions', { holder: 'Baker', plate: 'MSU1' })).toEqual([])
    expect((await search('subscriptions', { holder: 'Baker', plate: randomUUID() })).statusCode).toBe(400)
  })
})

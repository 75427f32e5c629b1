import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decideUnsureReads } from '../src/services/decide-unsure-reads.ts'
import { observeCameraClocks } from '../src/services/observe-camera-clocks.ts'
import type { CarPark, Lane } from './car-park.ts'
import type { Client } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

const [second, minute, hour] = [1, 60, 3_600]

let staffed: StaffedCarPark
let park: CarPark
let admin: Client
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park, admin } = staffed)
})
afterAll(() => staffed.close())

let cars = 0
/** A car that nobody has seen yet, read by a camera whose clock is `ahead` seconds ahead, `late` seconds ago. */
async function readBy(lane: Lane, ahead: number, late = 0, event: { eventId?: string; plate?: string } = {}) {
  cars += 1
  const capturedAt = new Date(park.clock.now.getTime() + (ahead - late) * 1000)
  // Never alike: two characters differ from one to the next.
  return park.read(lane, event.plate ?? `CK ${cars}X${cars}`, { capturedAt, ...event })
}
const wait = (seconds: number) => park.wait(seconds / 60)
const work = () => observeCameraClocks({ database: park.database, now: () => new Date(park.clock.now), newId })
const show = (lane: Lane) => admin.expect(200, admin.get(`/v1/cameras/${lane.camera.id}`))
const confirm = (lane: Lane, offsetSeconds: number) =>
  admin.post(`/v1/cameras/${lane.camera.id}/clock`, { offsetSeconds, changeReason: 'seen on its own page' })
const alertsOf = async (lane: Lane) =>
  (
    await park.database.pool.query(
      `select state from alerts where kind = 'camera_clock_jumped' and subject_id = $1 order by id`,
      [lane.camera.id],
    )
  ).rows.map((row) => row.state)

const old = { outcome: 'DENY', reason: 'read_too_old', mode: 'history', openBarrier: false, sessionId: null }
const opens = { outcome: 'ALLOW', mode: 'normal', openBarrier: true }

/** Three vehicles over a minute: what it takes to believe that a clock has gone back. */
async function threeCars(lane: Lane, ahead: number) {
  const answers = []
  for (let car = 0; car < 3; car += 1) {
    answers.push(await readBy(lane, ahead))
    wait(30)
  }
  await work()
  return answers
}

describe('a camera whose clock is ten minutes behind', () => {
  test('works once an operator has said so: its reads are not history, and old ones by its clock are', async () => {
    const { entry } = await park.site({ capacity: 100 })
    expect(await readBy(entry, -10 * minute)).toMatchObject(old)
    expect(await show(entry)).toMatchObject({
      clockOffsetSeconds: 0,
      clockShownSeconds: -600,
      clockJumpedToSeconds: null,
    })
    const response = await confirm(entry, -600)
    expect(response.statusCode, response.body).toBe(200)
    expect(response.json()).toMatchObject({ id: entry.camera.id, clockOffsetSeconds: -600 })
    expect(await readBy(entry, -10 * minute)).toMatchObject(opens)
    expect(await readBy(entry, -10 * minute, 30)).toMatchObject(opens)
    expect(await readBy(entry, -10 * minute, 31)).toMatchObject(old)
    expect(await readBy(entry, -10 * minute, 2 * hour)).toMatchObject(old)
  })

  test('is answered alike when it sends an event again: it opens while it is young by its clock, and no longer', async () => {
    const { entry } = await park.site()
    await readBy(entry, -10 * minute)
    await confirm(entry, -600)
    const event = { eventId: randomUUID(), plate: 'CK RE 1' }
    const first = await readBy(entry, -10 * minute, 25, event)
    expect(first).toMatchObject(opens)
    wait(4)
    expect(await readBy(entry, -10 * minute, 29, event)).toMatchObject({ ...opens, commandId: first.commandId })
    wait(2)
    expect(await readBy(entry, -10 * minute, 31, event)).toMatchObject({ outcome: 'ALLOW', openBarrier: false })
  })

  test('or drifts away slowly, is followed without anybody’s doing', async () => {
    const { entry } = await park.site({ capacity: 100 })
    for (let hours = 0; hours < 72; hours += 1) {
      expect(await readBy(entry, -hours), `after ${hours} h`).toMatchObject(opens)
      await work()
      wait(hour)
    }
    expect(await show(entry)).toMatchObject({ clockOffsetSeconds: -47, clockJumpedToSeconds: null })
    expect(await alertsOf(entry)).toEqual([])
  })

  test('and whose read waits for a better one is decided by the gate’s policy, not by its clock', async () => {
    const { id } = await park.site()
    const lane = await park.lane(id, 'entry', { onCameraUnsure: 'open' })
    await readBy(lane, -10 * minute)
    await confirm(lane, -600)
    const capturedAt = new Date(park.clock.now.getTime() - 600_000)
    await park.read(lane, 'CK UN 1', { capturedAt, confidence: 0.2 })
    wait(3)
    await decideUnsureReads({ database: park.database, now: () => new Date(park.clock.now), newId })
    expect(
      await park.row('select reason from decisions where gate_id = $1 order by id desc limit 1', [lane.gateId]),
    ).toEqual({
      reason: 'fallback_open',
    })
    expect(await alertsOf(lane)).toEqual([])
  })
})

describe('a camera whose clock is suddenly an hour ahead', () => {
  test('raises one alert, with the decision, and its new event ids are decided by the time of receipt', async () => {
    const { entry } = await park.site({ capacity: 100 })
    await readBy(entry, 0)
    expect(await readBy(entry, hour)).toMatchObject(opens)
    expect(await alertsOf(entry)).toEqual(['open'])
    await work()
    wait(20)
    expect(await readBy(entry, hour)).toMatchObject(opens)
    await work()
    expect(await alertsOf(entry)).toEqual(['open'])
    expect(await show(entry)).toMatchObject({ clockOffsetSeconds: 0, clockJumpedToSeconds: 3600 })
    expect(await readBy(entry, hour, 31)).toMatchObject(old)
  })

  test('is taken at its word once an operator confirms: the alert is over, and the hour before is history', async () => {
    const { entry } = await park.site({ capacity: 100 })
    await readBy(entry, hour)
    await work()
    expect((await confirm(entry, 3600)).json()).toMatchObject({ clockOffsetSeconds: 3600, clockJumpedToSeconds: null })
    expect(await alertsOf(entry)).toEqual(['resolved'])
    expect(await readBy(entry, hour)).toMatchObject(opens)
    expect(await readBy(entry, hour, hour)).toMatchObject(old)
    await work()
    expect(await show(entry)).toMatchObject({ clockOffsetSeconds: 3600, clockJumpedToSeconds: null })
    const { items } = await admin.expect(200, admin.get(`/v1/audit?subjectId=${entry.camera.id}`))
    expect(items).toMatchObject([
      {
        action: 'camera.clock_confirmed',
        actorKind: 'operator',
        reason: 'seen on its own page',
        before: { clockOffsetMs: 0, clockJumpedToMs: 3_600_000 },
        after: { clockOffsetMs: 3_600_000, clockJumpedToMs: null },
      },
      { action: 'camera.clock_jumped', actorKind: 'system', after: { jumpedToMs: 3_600_000 } },
    ])
  })

  test('and then goes back is right again by itself', async () => {
    const { entry } = await park.site({ capacity: 100 })
    await readBy(entry, hour)
    await work()
    const answers = await threeCars(entry, 0)
    for (const answer of answers) expect(answer).toMatchObject(opens)
    expect(await show(entry)).toMatchObject({ clockOffsetSeconds: 0, clockJumpedToSeconds: null })
    expect(await alertsOf(entry)).toEqual(['resolved'])
    expect(
      await park.count(`audit_entries where action = 'camera.clock_went_back' and subject_id = $1`, [entry.camera.id]),
    ).toBe(1)
  })

  test('for a single read of another century disturbs nothing', async () => {
    const { entry } = await park.site({ capacity: 100 })
    const seventyYears = 70 * 365 * 24 * hour
    expect(await readBy(entry, seventyYears)).toMatchObject(opens)
    await work()
    expect(await readBy(entry, 0)).toMatchObject(opens)
    expect(await readBy(entry, 0, 31)).toMatchObject(old)
    expect(await alertsOf(entry)).toEqual(['open'])
  })
})

describe('a camera whose clock is suddenly an hour behind', () => {
  test('is believed once three vehicles have shown it over a minute, with one alert: until then its reads may be late', async () => {
    const { entry } = await park.site({ capacity: 100 })
    await readBy(entry, 0)
    for (const answer of await threeCars(entry, -hour)) expect(answer).toMatchObject(old)
    expect(await alertsOf(entry)).toEqual(['open'])
    expect(await readBy(entry, -hour)).toMatchObject(opens)
    expect(await readBy(entry, -hour, 31)).toMatchObject(old)
    await work()
    expect(await alertsOf(entry)).toEqual(['open'])
    expect(await show(entry)).toMatchObject({ clockOffsetSeconds: 0, clockJumpedToSeconds: -3600 })
  })

  test('is not believed while reads by the clock before still come', async () => {
    const { entry } = await park.site({ capacity: 100 })
    for (let round = 0; round < 4; round += 1) {
      await readBy(entry, -hour)
      wait(30)
      expect(await readBy(entry, 0)).toMatchObject(opens)
      await work()
    }
    expect(await alertsOf(entry)).toEqual([])
    expect(await readBy(entry, -hour)).toMatchObject(old)
  })

  test('and then goes back is right again by itself; confirmed, and then set right, it asks again', async () => {
    const { entry } = await park.site({ capacity: 100 })
    await threeCars(entry, -hour)
    for (const answer of await threeCars(entry, 0)) expect(answer).toMatchObject(opens)
    expect(await alertsOf(entry)).toEqual(['resolved'])

    await threeCars(entry, -hour)
    await confirm(entry, -3600)
    expect(await readBy(entry, 0)).toMatchObject(opens)
    expect(await alertsOf(entry)).toEqual(['resolved', 'resolved', 'open'])
  })
})

test('a clock that was confirmed is followed from there, whatever it showed before', async () => {
  const { entry } = await park.site({ capacity: 100 })
  await readBy(entry, 0)
  await work()
  await readBy(entry, -hour)
  await confirm(entry, -hour)
  await readBy(entry, -hour + 2)
  await work()
  expect(await show(entry)).toMatchObject({ clockOffsetSeconds: -hour + 2, clockJumpedToSeconds: null })
})

describe('what a camera kept back while its network was away', () => {
  test('opens nothing although it does not say so, however much it is, and its clock is not doubted for it', async () => {
    const { entry } = await park.site({ capacity: 100 })
    await readBy(entry, 0)
    await work()
    // An hour of cars, one every 40 s, sent one a second.
    for (let car = 0; car < 90; car += 1) {
      expect(await readBy(entry, 0, hour - car * 39)).toMatchObject(old)
      wait(second)
      if (car % 10 === 0) await work()
    }
    await work()
    expect(await readBy(entry, 0)).toMatchObject(opens)
    expect(await show(entry)).toMatchObject({ clockOffsetSeconds: 0, clockJumpedToSeconds: null })
    expect(await alertsOf(entry)).toEqual([])
    expect(await park.count('sessions where site_id = (select site_id from gates where id = $1)', [entry.gateId])).toBe(
      2,
    )
  })

  test('opens nothing at a camera that is known to be behind, nor at one that is new', async () => {
    const [known, brandNew] = [await park.site({ capacity: 100 }), await park.site({ capacity: 100 })]
    await readBy(known.entry, -10 * minute)
    await confirm(known.entry, -600)
    for (let car = 0; car < 40; car += 1) {
      expect(await readBy(known.entry, -10 * minute, hour - car * 60)).toMatchObject(old)
      expect(await readBy(brandNew.entry, 0, hour - car * 60)).toMatchObject(old)
      wait(second)
      await work()
    }
    expect(await show(brandNew.entry)).toMatchObject({ clockOffsetSeconds: 0, clockJumpedToSeconds: null })
  })

  test('and says that it did never tells anything of its clock', async () => {
    const site = await park.site({ capacity: 100 })
    const camera = await park.camera(site.entry.gateId, { format: 'hikvision' })
    const lane = { ...site.entry, camera }
    for (let car = 0; car < 4; car += 1) {
      await hikvision(lane, { plate: `CK RT 1${car}`, local: localTime(-hour), retransmitted: true })
      await hikvision(lane, { plate: `CK RT 2${car}`, local: localTime(-20), retransmitted: true })
      await hikvision(lane, { plate: `CK RT 3${car}`, local: localTime(hour), retransmitted: true })
      wait(30)
      await work()
    }
    expect(await show(lane)).toMatchObject({
      clockOffsetSeconds: 0,
      clockShownSeconds: null,
      clockJumpedToSeconds: null,
    })
    expect(await park.count('reads where camera_id = $1 and retransmitted', [camera.id])).toBe(12)
    expect(await park.count('camera_clock_hours where camera_id = $1', [camera.id])).toBe(0)
  })
})

describe('a camera that writes local times without an offset', () => {
  test.each([
    ['and stays on winter time in spring is an hour behind', '2026-03-29T09:00:00Z', -3600],
    ['and stays on summer time in autumn is an hour ahead', '2026-10-25T09:00:00Z', 3600],
  ])('%s: one alert, and it goes on until somebody confirms', async (_how, at, off) => {
    park.clock.now = new Date(at)
    const site = await park.site({ capacity: 100 })
    const lane = { ...site.entry, camera: await park.camera(site.entry.gateId, { format: 'hikvision' }) }
    for (let car = 0; car < 4; car += 1) {
      await hikvision(lane, { plate: `CK ST ${car}${Math.abs(off)}`, local: localTime(off) })
      wait(30)
      await work()
    }
    expect(await alertsOf(lane)).toEqual(['open'])
    expect(
      await park.row('select disposition from reads where camera_id = $1 order by id desc limit 1', [lane.camera.id]),
    ).toEqual({ disposition: 'decided' })
    expect((await confirm(lane, off)).json()).toMatchObject({ clockOffsetSeconds: off })
  })
})

/** The wall clock of Berlin as a camera shows it that is `ahead` seconds ahead. */
const localTime = (ahead: number) =>
  new Date(park.clock.now.getTime() + ahead * 1000)
    .toLocaleString('sv', { timeZone: 'Europe/Berlin' })
    .replace(' ', 'T')

async function hikvision(lane: Lane, event: { plate: string; local: string; retransmitted?: boolean }) {
  const body = readFileSync(join(import.meta.dirname, 'fixtures/hikvision-anpr.xml'), 'utf8')
    .replaceAll('B TK4711', event.plate)
    .replace('2026-03-10T10:00:00+01:00', event.local)
    .replace('0d8c1d0e-5f3a-4d54-9a55-2f2b8f2f7a01', randomUUID())
    .replace('<isDataRetransmission>false', `<isDataRetransmission>${event.retransmitted === true}`)
  const response = await park.app.inject({
    method: 'POST',
    url: `/v1/cameras/${lane.camera.id}/events`,
    headers: { 'content-type': 'application/xml', authorization: `Bearer ${lane.camera.key}` },
    payload: body,
  })
  expect(response.statusCode, response.body).toBe(200)
}

describe('a clock is confirmed', () => {
  test('only as the camera shows it now, and of a camera in use', async () => {
    const { entry } = await park.site()
    expect((await confirm(entry, -600)).json()).toMatchObject({ code: 'conflict', status: 409 })
    await readBy(entry, -10 * minute)
    expect((await confirm(entry, -700)).json()).toMatchObject({ code: 'conflict' })
    expect((await confirm(entry, 0)).json()).toMatchObject({ code: 'conflict' })
    const { version } = await show(entry)
    await admin.expect(200, admin.end(`/v1/cameras/${entry.camera.id}`, version))
    expect((await confirm(entry, -600)).json()).toMatchObject({ code: 'conflict' })
    expect(await show(entry)).toMatchObject({ clockOffsetSeconds: 0 })
  })

  test('while what is observed makes no operator’s edit stale', async () => {
    const { entry } = await park.site()
    const { version } = await show(entry)
    await readBy(entry, hour)
    await work()
    await admin.expect(200, admin.change(`/v1/cameras/${entry.camera.id}`, version, { name: 'Renamed' }))
  })
})

test('workers that look at the same clocks at once tell of a jump once', async () => {
  const lanes = await Promise.all(Array.from({ length: 5 }, async () => (await park.site()).entry))
  for (const lane of lanes) await readBy(lane, hour)
  await park.testDatabase.pool.query('delete from alerts where subject_id = any($1)', [lanes.map((l) => l.camera.id)])
  await Promise.all([work(), work(), work()])
  await work()
  for (const lane of lanes) {
    expect(await alertsOf(lane)).toEqual(['open'])
    const told = `audit_entries where action = 'camera.clock_jumped' and subject_id = $1`
    expect(await park.count(told, [lane.camera.id])).toBe(1)
  }
})

test('the skew of every camera in use is among the metrics, by its id', async () => {
  const { entry, exit } = await park.site()
  await readBy(entry, hour)
  await work()
  const { body } = await park.app.inject('/metrics')
  expect(body).toContain(`turnpike_camera_clock_skew_seconds{camera="${entry.camera.id}"} 3600`)
  expect(body).toContain(`turnpike_camera_clock_skew_seconds{camera="${exit.camera.id}"} 0`)
})

test('a gate is written again for its screen when a clock shows other seconds, and not at every look', async () => {
  const { entry } = await park.site({ capacity: 100 })
  const marks = () => park.count(`mirror_marks where kind = 'gate' and subject_id = $1`, [entry.gateId])
  const observed = async (ahead: number) => {
    await readBy(entry, ahead)
    await park.database.pool.query('delete from mirror_marks')
    await work()
    return marks()
  }
  await observed(0)
  expect(await observed(5)).toBe(1)
  expect(await observed(5)).toBe(0)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, type Lane, openCarPark, type Site } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const wait = (seconds: number) => park.wait(seconds / 60)
const fixture = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/axis-update.json'), 'utf8'))
let packets = 0

/** A site whose entry has a camera that tells vehicles apart by tracks. */
async function trackingSite(options: Parameters<CarPark['site']>[0] = {}) {
  const site = await park.site(options)
  const camera = await park.camera(site.entry.gateId, { format: 'axis' })
  return { site, entry: { ...site.entry, camera } }
}

type Seen = { car: string; plate: string; state?: 'new' | 'update' | 'lost'; confidence?: number }
/** What an Axis camera says of a vehicle, and the decision that its read belongs to. */
async function see(lane: Lane, { car, plate, state = 'update', confidence = 0.8 }: Seen) {
  packets += 1
  const response = await park.app.inject({
    method: 'POST',
    url: `/v1/cameras/${lane.camera.id}/events`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${lane.camera.key}` },
    payload: JSON.stringify({
      ...fixture,
      carID: car,
      carState: state,
      plateUTF8: plate,
      plateConfidence: String(confidence),
      packetCounter: String(packets),
      capture_timestamp: String(park.clock.now.getTime()),
    }),
  })
  expect(response.statusCode, response.body).toBe(200)
  return park.row(
    `select r.disposition, d.id as decision_id, d.outcome, d.reason, d.session_id from reads r left join decisions d on d.id = r.decision_id
     where r.camera_id = $1 order by r.id desc limit 1`,
    [lane.camera.id],
  )
}
const sessionsAt = (site: Site) => park.count('sessions where site_id = $1', [site.id])
const commandsAt = (lane: Lane) => park.count('commands where gate_id = $1', [lane.gateId])
/** The barrier has opened, so that nothing opens it again for the same car. */
async function opened(lane: Lane) {
  const command = await park.row('select id from commands where gate_id = $1 order by id desc limit 1', [lane.gateId])
  await park.post(`/v1/gates/${lane.gateId}/commands/${command.id}/result`, lane.key, { outcome: 'executed' })
}
const stay = (id: string) =>
  park.row(
    `select p.plate, c.plate as corrected_from, s.state, s.needs_review,
       (select count(*)::int from alerts a where a.subject_id = s.id and a.kind = 'session_needs_review') as alerts
     from sessions s join plates p on p.id = s.plate_id left join plates c on c.id = s.corrected_from_plate_id where s.id = $1`,
    [id],
  )

describe('one track is one vehicle', () => {
  test('regardless of time: an update after minutes starts no pass, and opens nothing', async () => {
    const { site, entry } = await trackingSite()
    const first = await see(entry, { car: '1', plate: 'TR AB 1', state: 'new' })
    await opened(entry)
    wait(600)
    expect(await see(entry, { car: '1', plate: 'TR XY 9' })).toMatchObject({
      disposition: 'suppressed',
      decision_id: first.decision_id,
    })
    expect([await sessionsAt(site), await commandsAt(entry)]).toEqual([1, 1])
  })

  test('also when another one was read in between: what was let in is not let in again', async () => {
    const { site, entry } = await trackingSite()
    const first = await see(entry, { car: '1', plate: 'TR AB 11', state: 'new' })
    wait(2)
    await see(entry, { car: '2', plate: 'TR CD 22', state: 'new' })
    wait(2)
    expect(await see(entry, { car: '1', plate: 'TR AB 11' })).toMatchObject({
      disposition: 'suppressed',
      decision_id: first.decision_id,
    })
    wait(5)
    expect(await see(entry, { car: '1', plate: 'TR AB 11', state: 'lost' })).toMatchObject({
      disposition: 'suppressed',
    })
    expect([await sessionsAt(site), await commandsAt(entry)]).toEqual([2, 2])
    expect(await park.count(`sessions where site_id = $1 and state <> 'open'`, [site.id])).toBe(0)
  })

  test('but one that was refused, and comes again better read behind another, is decided', async () => {
    const { site, entry } = await trackingSite({ unknownVehiclePolicy: 'subscribers_only' })
    await park.subscription(site.id, ['TR AB 333'])
    expect(await see(entry, { car: '1', plate: 'TR A8 3B3', state: 'new' })).toMatchObject({ reason: 'not_subscribed' })
    wait(2)
    await see(entry, { car: '2', plate: 'TR CD 444', state: 'new' })
    wait(2)
    expect(await see(entry, { car: '1', plate: 'TR AB 333' })).toMatchObject({
      disposition: 'decided',
      reason: 'subscription',
    })
    expect(await commandsAt(entry)).toBe(1)
  })

  test('to the camera that counts it, whatever another one of the gate gives the same number', async () => {
    const { site, entry } = await trackingSite()
    const rear = { ...entry, camera: await park.camera(entry.gateId, { format: 'axis' }) }
    const first = await see(entry, { car: '7', plate: 'TR IJ 77', state: 'new', confidence: 0.7 })
    wait(1)
    expect(await see(rear, { car: '4', plate: 'TR IJ 71', state: 'new', confidence: 0.6 })).toMatchObject({
      disposition: 'suppressed',
      decision_id: first.decision_id,
    })
    wait(20)
    expect(await see(rear, { car: '7', plate: 'TR KL 88', state: 'new', confidence: 0.9 })).toMatchObject({
      disposition: 'decided',
      reason: 'transient_entry',
    })
    expect(await stay(first.session_id)).toMatchObject({ plate: 'TRIJ77', corrected_from: null, needs_review: false })
    expect([await sessionsAt(site), await commandsAt(entry)]).toEqual([2, 2])
  })

  test('and a vehicle that has gone starts nothing, whether its track was decided or never seen', async () => {
    const { site, entry } = await trackingSite({ unknownVehiclePolicy: 'subscribers_only' })
    await see(entry, { car: '1', plate: 'TR EF 55', state: 'new' })
    await see(entry, { car: '2', plate: 'TR GH 66', state: 'new' })
    for (const car of ['1', '3']) {
      wait(10)
      expect(await see(entry, { car, plate: 'TR EF 55', state: 'lost' })).toMatchObject({
        disposition: 'suppressed',
        decision_id: null,
      })
    }
    expect(await park.count('decisions where gate_id = $1', [entry.gateId])).toBe(2)
    expect(await sessionsAt(site)).toBe(0)
  })
})

describe('a plate that was read at this gate already, with no passage since,', () => {
  test('starts no pass within three minutes, though it was only a misread of the one that was decided', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'FK AB 1234')
    await opened(site.entry)
    for (const [after, plate] of [
      [2, 'FK AB 1284'],
      [8, 'FK AB 1284'],
      [8, 'FK AB 1234'],
      [160, 'FK AB 1284'],
    ] as const) {
      wait(after)
      expect(await park.read(site.entry, plate), `${plate} after ${after} s`).toMatchObject({
        decisionId: first.decisionId,
        openBarrier: false,
      })
    }
    expect([await sessionsAt(site), await commandsAt(site.entry)]).toEqual([1, 1])
    wait(10)
    expect((await park.read(site.entry, 'FK AB 1284')).decisionId).not.toBe(first.decisionId)
  })

  test('nor does the one that a better read has corrected', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'FK CD 1Z34', { confidence: 0.7 })
    wait(1)
    await park.read(site.entry, 'FK CD 1234', { confidence: 0.95 })
    await opened(site.entry)
    wait(10)
    expect(await park.read(site.entry, 'FK CD 1Z34', { confidence: 0.7 })).toMatchObject({
      decisionId: first.decisionId,
    })
    expect(await sessionsAt(site)).toBe(1)
    expect(await stay(first.sessionId!)).toMatchObject({ plate: 'FKCD1234', corrected_from: 'FKCD1Z34' })
  })

  test('whichever camera of the gate has read it', async () => {
    const site = await park.site()
    const rear = { ...site.entry, camera: await park.camera(site.entry.gateId) }
    const first = await park.read(site.entry, 'FK EF 1234')
    wait(1)
    await park.read(rear, 'FK EF 1284')
    wait(10)
    expect((await park.read(site.entry, 'FK EF 1284')).decisionId).toBe(first.decisionId)
  })

  test('is not let through again because another one was read in between', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'FK IJ 1234')
    wait(1)
    const behind = await park.read(site.entry, 'FK KL 5678')
    for (const seconds of [1, 5]) {
      wait(seconds)
      expect(await park.read(site.entry, 'FK IJ 1234')).toMatchObject({
        decisionId: first.decisionId,
        openBarrier: false,
        duplicate: false,
      })
      expect(await park.read(site.entry, 'FK KL 5678')).toMatchObject({
        decisionId: behind.decisionId,
        openBarrier: false,
      })
    }
    expect([await sessionsAt(site), await commandsAt(site.entry)]).toEqual([2, 2])
    expect(await stay(first.sessionId!)).toMatchObject({ state: 'open', needs_review: false })
  })

  test('starts one after a passage', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'FK GH 1234')
    wait(1)
    await park.read(site.entry, 'FK GH 1284')
    await park.passage(site.entry, 'passed')
    expect((await park.read(site.entry, 'FK GH 1284')).decisionId).not.toBe(first.decisionId)
  })
})

describe('a misread that was taken for a subscriber', () => {
  test('and is then read right is one car: neither a second stay nor a missed exit, and nothing to review', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    await park.subscription(site.id, ['SU AB 2000'])
    const first = await park.read(site.entry, 'SU AB Z000', { confidence: 0.7 })
    expect(first).toMatchObject({ reason: 'subscription', matchedPlate: 'SUAB2000' })
    await opened(site.entry)
    for (const after of [1, 20]) {
      wait(after)
      expect(await park.read(site.entry, 'SU AB 2000', { confidence: 0.95 })).toMatchObject({
        decisionId: first.decisionId,
        openBarrier: false,
      })
    }
    expect([await sessionsAt(site), await commandsAt(site.entry)]).toEqual([1, 1])
    expect(await stay(first.sessionId!)).toMatchObject({ plate: 'SUAB2000', needs_review: false, state: 'open' })
  })

  test('and owes at the exit is one car there, too', async () => {
    const site = await park.site()
    const { sessionId } = await park.read(site.entry, 'SU CD 2000')
    await park.passage(site.entry, 'passed')
    park.wait(60)
    const first = await park.read(site.exit, 'SU CD Z000')
    wait(1)
    expect(await park.read(site.exit, 'SU CD 2000')).toMatchObject({ decisionId: first.decisionId, sessionId })
  })
})

describe('every distinct plate is decided before it is suppressed', () => {
  test('so that DENY becomes ALLOW by a second reading of the same car', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    await park.subscription(site.id, ['DP AB 2000'])
    expect(await park.read(site.entry, 'DP AB ZO00')).toMatchObject({ outcome: 'DENY' })
    wait(1)
    expect(await park.read(site.entry, 'DP AB Z000')).toMatchObject({ outcome: 'ALLOW', openBarrier: true })
    wait(1)
    expect(await park.read(site.entry, 'DP AB ZO00')).toMatchObject({ outcome: 'ALLOW', openBarrier: false })
    expect(await commandsAt(site.entry)).toBe(1)
  })

  test.each([
    ['inside', async (site: Site) => enter(site, 'OC AB 1235')],
    ['a subscriber’s', async (site: Site) => park.subscription(site.id, ['OC AB 1235'])],
    ['blacklisted', async (site: Site) => park.blacklist('OC AB 1235', site.id)],
  ])(
    'and at an exit, too, one that is itself %s is its own car, however alike the one before is',
    async (_what, prepare) => {
      const site = await park.site()
      await enter(site, 'OC AB 1234')
      await prepare(site)
      park.wait(60)
      const first = await park.read(site.exit, 'OC AB 1234')
      expect(first).toMatchObject({ outcome: 'PAY' })
      wait(1)
      expect((await park.read(site.exit, 'OC AB 1235')).decisionId).not.toBe(first.decisionId)
    },
  )
})

async function enter(site: Site, plate: string) {
  const { sessionId } = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  return sessionId!
}

describe('a surer read of an admitted vehicle', () => {
  test('whose plate has a stay of its own is looked at by somebody, and both stays keep their plates', async () => {
    const { site, entry } = await trackingSite()
    const inside = await enter(site, 'CO AB 1234')
    park.wait(60)
    const { session_id: sessionId, decision_id } = await see(entry, { car: '1', plate: 'CO AB 1Z34', confidence: 0.6 })
    wait(1)
    expect(await see(entry, { car: '1', plate: 'CO AB 1234', confidence: 0.9 })).toMatchObject({ decision_id })
    expect(await stay(sessionId)).toEqual({
      plate: 'COAB1Z34',
      corrected_from: null,
      state: 'open',
      needs_review: true,
      alerts: 1,
    })
    expect(await stay(inside)).toMatchObject({ plate: 'COAB1234', state: 'open', needs_review: false })
    expect(await commandsAt(entry)).toBe(2)
  })

  test('that shows a subscriber gives the stay his plate, and it is not charged before somebody has looked', async () => {
    const { site, entry } = await trackingSite()
    await park.subscription(site.id, ['CO CD 1234'])
    const { session_id: sessionId } = await see(entry, { car: '1', plate: 'CO CD 17B4', confidence: 0.6 })
    wait(1)
    await see(entry, { car: '1', plate: 'CO CD 1234', confidence: 0.9 })
    expect(await stay(sessionId)).toMatchObject({
      plate: 'COCD1234',
      corrected_from: 'COCD17B4',
      needs_review: true,
      alerts: 1,
    })
    await park.passage(site.entry, 'passed')
    park.wait(60)
    expect(await park.read(site.exit, 'CO CD 1234')).toMatchObject({
      outcome: 'PAY',
      reason: 'review_required',
      sessionId,
    })
  })

  test('that shows a blacklisted plate does not shut the barrier again, and is looked at by somebody', async () => {
    const { site, entry } = await trackingSite()
    await park.blacklist('CO EF 1234', site.id)
    const { session_id: sessionId } = await see(entry, { car: '1', plate: 'CO EF 17B4', confidence: 0.6 })
    wait(1)
    expect(await see(entry, { car: '1', plate: 'CO EF 1234', confidence: 0.9 })).toMatchObject({ outcome: 'ALLOW' })
    expect(await stay(sessionId)).toMatchObject({ plate: 'COEF1234', needs_review: true, alerts: 1 })
  })

  test('that shows another vehicle of the same subscription changes the plate and nothing else', async () => {
    const { site, entry } = await trackingSite()
    await park.subscription(site.id, ['CO GH 1234', 'CO GH 1235'], { pool: 2 })
    const { session_id: sessionId } = await see(entry, { car: '1', plate: 'CO GH 1235', confidence: 0.6 })
    wait(1)
    await see(entry, { car: '1', plate: 'CO GH 1234', confidence: 0.9 })
    expect(await stay(sessionId)).toMatchObject({
      plate: 'COGH1234',
      corrected_from: 'COGH1235',
      needs_review: false,
      alerts: 0,
    })
    await park.passage(site.entry, 'passed')
    park.wait(60)
    expect(await park.read(site.exit, 'CO GH 1234')).toMatchObject({ reason: 'subscription', sessionId })
  })

  test('that shows no subscriber where one was let in leaves the stay his, and somebody looks', async () => {
    const { site, entry } = await trackingSite()
    await park.subscription(site.id, ['CO IJ 1234'])
    const { session_id: sessionId } = await see(entry, { car: '1', plate: 'CO IJ 1234', confidence: 0.6 })
    wait(1)
    await see(entry, { car: '1', plate: 'CO IJ 17B4', confidence: 0.9 })
    expect(await stay(sessionId)).toEqual({
      plate: 'COIJ1234',
      corrected_from: null,
      state: 'open',
      needs_review: true,
      alerts: 1,
    })
  })

  test('racing the entry of the very plate it shows ends with one open stay of it, and a review', async () => {
    for (let round = 0; round < 15; round += 1) {
      const { site, entry } = await trackingSite()
      const other = await park.lane(site.id, 'entry')
      const [misread, plate] = [`CR ${round} 1Z34`, `CR ${round} 1234`]
      const { session_id: sessionId } = await see(entry, { car: '1', plate: misread, confidence: 0.6 })
      wait(1)
      await Promise.all([see(entry, { car: '1', plate, confidence: 0.9 }), park.read(other, plate)])
      const open = await park.count(
        `sessions s join plates p on p.id = s.plate_id where s.site_id = $1 and s.state = 'open' and p.plate = $2`,
        [site.id, plate.replaceAll(' ', '')],
      )
      expect({ round, open }).toEqual({ round, open: 1 })
      expect(await stay(sessionId)).toMatchObject({ needs_review: true })
    }
  })
})

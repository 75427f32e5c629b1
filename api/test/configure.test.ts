import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeDocuments } from '../src/mirror/write-documents.ts'
import { type CarPark, plainTariff, type Site } from './car-park.ts'
import type { Client } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let admin: Client
let site: Site
let planId: string
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park, admin } = staffed)
  site = await park.site()
  planId = (await admin.expect(201, admin.post('/v1/plans', { name: 'Monthly', siteIds: [site.id] }))).id
})
afterAll(() => staffed.close())

const email = () => `${randomUUID()}@parking.example`
/** Each kind of thing: how it is made, and a change of it. */
const kinds: [path: string, kind: string, body: () => Record<string, unknown>, change: Record<string, unknown>][] = [
  ['/v1/sites', 'site', () => ({ name: 'New', timeZone: 'Asia/Tokyo', currency: 'JPY', capacity: 3 }), { capacity: 5 }],
  ['/v1/gates', 'gate', () => ({ siteId: site.id, name: 'Side', direction: 'exit' }), { waitSeconds: 60 }],
  [
    '/v1/cameras',
    'camera',
    () => ({ gateId: site.entry.gateId, name: 'Rear', format: 'axis', directionMap: { in: 'entry' } }),
    { directionMap: { in: 'entry', out: 'exit' } },
  ],
  ['/v1/plans', 'plan', () => ({ name: 'Staff', siteIds: [site.id] }), { exemptFromCapacity: true }],
  [
    '/v1/subscriptions',
    'subscription',
    () => ({ planId, holder: 'Holder', siteIds: [site.id], plates: ['B-XY 12', 'b xy 12', 'ÖSD 7'], poolSize: 2 }),
    { plates: ['B-XY 13'], poolSize: 1 },
  ],
  [
    '/v1/blacklist',
    'blacklist_entry',
    () => ({ siteId: site.id, plate: 'B-BL 1', reason: 'unpaid' }),
    { validUntil: '2030-01-01T00:00:00Z' },
  ],
  [
    '/v1/operators',
    'operator',
    () => ({ email: email(), name: 'New', role: 'viewer', siteIds: [site.id] }),
    { role: 'operator' },
  ],
]

test('a site says what it reviews, and how long anybody waits for that; unless told, its lanes let go', async () => {
  const place = { name: 'New', timeZone: 'Asia/Tokyo', currency: 'JPY', capacity: 3 }
  const usual = { maxStaySeconds: 2_592_000, reviewTimeoutPolicy: 'open_and_bill_later', reviewTimeoutSeconds: 120 }
  const made = await admin.expect(201, admin.post('/v1/sites', place))
  expect(made).toMatchObject(usual)
  const own = { maxStaySeconds: 86_400, reviewTimeoutPolicy: 'keep_closed', reviewTimeoutSeconds: 60 }
  expect(await admin.expect(201, admin.post('/v1/sites', { ...place, ...own }))).toMatchObject(own)
  expect(await admin.expect(200, admin.change(`/v1/sites/${made.id}`, 1, own))).toMatchObject(own)
  expect((await admin.change(`/v1/sites/${made.id}`, 2, { reviewTimeoutSeconds: 0 })).statusCode).toBe(400)
})

test('a site and its gates decide as anybody would expect, unless they are told', async () => {
  const place = { name: 'Plain', timeZone: 'Europe/Berlin', currency: 'EUR', capacity: 3 }
  const made = await admin.expect(201, admin.post('/v1/sites', place))
  expect(made).toMatchObject({
    unknownVehiclePolicy: 'transient',
    antiPassbackPolicy: 'flag',
    exitWithoutSessionPolicy: 'open_and_flag',
    maxReadAgeSeconds: 30,
    passWindowSeconds: 6,
    quoteValidSeconds: 900,
    exitBufferSeconds: 900,
  })
  for (const [direction, policy] of [
    ['entry', 'allow_list'],
    ['exit', 'open'],
  ] as const) {
    const lane = { siteId: made.id, name: direction, direction }
    expect(await admin.expect(201, admin.post('/v1/gates', lane))).toMatchObject({
      minConfidence: 0.6,
      waitSeconds: 180,
      onApiDown: policy,
      onDbDown: policy,
      onSlow: policy,
      onCameraUnsure: policy,
    })
    expect(await admin.expect(201, admin.post('/v1/gates', { ...lane, onSlow: 'closed' }))).toMatchObject({
      onApiDown: policy,
      onDbDown: policy,
      onSlow: 'closed',
      onCameraUnsure: policy,
    })
  }
})

test('a site says who issues its receipts, on lines of their own, and can say so no more', async () => {
  const place = { name: 'New', timeZone: 'Asia/Tokyo', currency: 'JPY', capacity: 3 }
  const { id, receiptIssuer } = await admin.expect(201, admin.post('/v1/sites', place))
  expect(receiptIssuer).toBeNull()
  const issuer = 'Parking Ltd\n1 High Street\nVAT id GB 123'
  const said = admin.change(`/v1/sites/${id}`, 1, { receiptIssuer: issuer, changeReason: 'the tax office asks for it' })
  expect(await admin.expect(200, said)).toMatchObject({ receiptIssuer: issuer })
  const [entry] = await admin.all(`/v1/audit?subjectKind=site&subjectId=${id}`)
  expect(entry).toMatchObject({ before: { receiptIssuer: null }, after: { receiptIssuer: issuer } })
  const refused = ['', ' \n ', 'a\u0000b', 'a\tb', 'a'.repeat(501)]
  for (const receiptIssuer of refused)
    expect((await admin.change(`/v1/sites/${id}`, 2, { receiptIssuer })).statusCode, receiptIssuer).toBe(400)
  const operator = await staffed.staff('operator', [id])
  expect((await operator.change(`/v1/sites/${id}`, 2, { receiptIssuer: 'Me' })).statusCode).toBe(403)
  expect(await admin.expect(200, admin.change(`/v1/sites/${id}`, 2, { receiptIssuer: null }))).toMatchObject({
    receiptIssuer: null,
  })
})

describe.each(kinds)('%s', (path, kind, body, change) => {
  const make = () => admin.expect(201, admin.post(path, body()))
  const entries = async (id: string) =>
    (await admin.expect(200, admin.get(`/v1/audit?subjectKind=${kind}&subjectId=${id}`))).items

  test('is made with a Location, an ETag and a record of who made it', async () => {
    const response = await admin.post(path, { ...body(), changeReason: 'a new one is needed' })
    expect(response.statusCode, response.body).toBe(201)
    const made = response.json()
    expect(response.headers).toMatchObject({ location: `${path}/${made.id}`, etag: '"1"' })
    const shown = await admin.get(`${path}/${made.id}`)
    expect(shown.headers.etag).toBe('"1"')
    const { key: _key, invitationUrl: _url, ...lasting } = made
    expect(shown.json()).toEqual(lasting)
    const [entry] = await entries(made.id)
    expect(entry).toMatchObject({
      action: `${kind}.created`,
      actorKind: 'operator',
      actorId: staffed.adminOperator.id,
      reason: 'a new one is needed',
      requestId: response.headers['x-request-id'],
      before: null,
    })
  })

  test('is changed by whoever saw its version, and the change says from what to what', async () => {
    const made = await make()
    const response = await admin.change(`${path}/${made.id}`, 1, { ...change, changeReason: 'as agreed' })
    expect(response.statusCode, response.body).toBe(200)
    expect(response.headers.etag).toBe('"2"')
    expect((await admin.get(`${path}/${made.id}`)).json()).toEqual(response.json())
    const [entry] = await entries(made.id)
    expect(entry).toMatchObject({ action: `${kind}.changed`, reason: 'as agreed' })
    expect(Object.keys(entry.before).sort()).toEqual(Object.keys(entry.after).sort())
    expect(entry.before).not.toEqual(entry.after)
  })

  test('is not changed without If-Match (428), nor from a version that is gone (412)', async () => {
    const { id } = await make()
    const url = `${path}/${id}`
    for (const version of [undefined, '*']) {
      const response = await admin.change(url, version, change)
      expect(response.statusCode).toBe(428)
      expect(response.json()).toMatchObject({ code: 'precondition_required' })
    }
    for (const version of [2, 'W/"1"', '1', '"x"', '"1", "2"']) {
      const response = await admin.change(url, version, change)
      expect(response.statusCode, String(version)).toBe(412)
      expect(response.json()).toMatchObject({ code: 'precondition_failed' })
    }
    expect((await admin.get(url)).headers.etag).toBe('"1"')
    expect(await entries(id)).toHaveLength(1)
  })

  test('changed by two at once from the same version: one wins, the other is told', async () => {
    const { id } = await make()
    const answers = await Promise.all([1, 2, 3, 4].map(() => admin.change(`${path}/${id}`, 1, change)))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412, 412, 412])
    expect(await entries(id)).toHaveLength(2)
  })

  test('refuses what it does not know, what is empty and what is not JSON', async () => {
    const { id } = await make()
    for (const wrong of [{}, { changeReason: 'nothing else' }, { ...change, misspelt: 1 }, { id: randomUUID() }]) {
      const response = await admin.change(`${path}/${id}`, 1, wrong)
      expect(response.statusCode, JSON.stringify(wrong)).toBe(400)
      expect(response.json()).toMatchObject({ code: 'invalid_request' })
    }
    expect((await admin.post(path, { ...body(), misspelt: 1 })).statusCode).toBe(400)
    expect((await admin.post(path, {})).statusCode).toBe(400)
    expect((await admin.get(`${path}/${randomUUID()}`)).statusCode).toBe(404)
    expect((await admin.get(`${path}/x`)).statusCode).toBe(404)
  })

  test('is found again by paging, newest first, without a gap or a repeat', async () => {
    const made = [await make(), await make(), await make()].map((thing) => thing.id)
    const paged: string[] = []
    let cursor = ''
    do {
      const page = await admin.expect(200, admin.get(`${path}?limit=2${cursor && `&cursor=${cursor}`}`))
      paged.push(...page.items.map((item: { id: string }) => item.id))
      cursor = page.nextCursor
    } while (cursor)
    expect(new Set(paged).size).toBe(paged.length)
    expect(paged).toEqual([...paged].sort().reverse())
    expect(paged).toEqual(expect.arrayContaining(made))
    for (const wrong of [
      'nonsense',
      Buffer.from('123').toString('base64url'),
      Buffer.from('-'.repeat(36)).toString('base64url'),
    ])
      expect((await admin.get(`${path}?cursor=${wrong}`)).statusCode, wrong).toBe(400)
  })
})

const wrongs: [path: string, why: string, body: () => Record<string, unknown>, status: number][] = [
  ['/v1/sites', 'a time zone that is none', () => ({ ...kinds[0]![2](), timeZone: 'Europe/Atlantis' }), 400],
  ['/v1/sites', 'a fixed offset for a time zone', () => ({ ...kinds[0]![2](), timeZone: '+01:00' }), 400],
  ['/v1/sites', 'a currency that is none', () => ({ ...kinds[0]![2](), currency: 'Euro' }), 400],
  ['/v1/sites', 'fewer than no places', () => ({ ...kinds[0]![2](), capacity: -1 }), 400],
  ['/v1/sites', 'half a place', () => ({ ...kinds[0]![2](), capacity: 1.5 }), 400],
  ['/v1/gates', 'a direction that is none', () => ({ ...kinds[1]![2](), direction: 'up' }), 400],
  ['/v1/gates', 'a site that does not exist', () => ({ ...kinds[1]![2](), siteId: randomUUID() }), 404],
  ['/v1/gates', 'a name of blanks', () => ({ ...kinds[1]![2](), name: '  ' }), 400],
  ['/v1/cameras', 'a gate that does not exist', () => ({ ...kinds[2]![2](), gateId: randomUUID() }), 404],
  ['/v1/cameras', 'a format that is none', () => ({ ...kinds[2]![2](), format: 'polaroid' }), 400],
  ['/v1/plans', 'no site', () => ({ ...kinds[3]![2](), siteIds: [] }), 400],
  ['/v1/subscriptions', 'a plan that does not exist', () => ({ ...kinds[4]![2](), planId: randomUUID() }), 404],
  ['/v1/subscriptions', 'something that is no plate', () => ({ ...kinds[4]![2](), plates: ['A 1', '---'] }), 400],
  ['/v1/subscriptions', 'an empty pool', () => ({ ...kinds[4]![2](), poolSize: 0 }), 400],
  [
    '/v1/subscriptions',
    'an end before the beginning',
    () => ({ ...kinds[4]![2](), validFrom: '2026-05-02T00:00:00Z', validUntil: '2026-05-01T00:00:00Z' }),
    400,
  ],
  ['/v1/blacklist', 'no reason', () => ({ siteId: site.id, plate: 'A 1' }), 400],
  ['/v1/blacklist', 'neither a site nor all', () => ({ plate: 'A 1', reason: 'unpaid' }), 400],
  ['/v1/tariffs', 'rules that are none', () => ({ siteId: site.id, rules: { perHour: 2 } }), 400],
  [
    '/v1/tariffs',
    'a beginning in the past',
    () => ({ siteId: site.id, rules: plainTariff, validFrom: '2026-03-01T00:00:00Z' }),
    400,
  ],
  ['/v1/operators', 'an e-mail that is none', () => ({ ...kinds[6]![2](), email: 'kim' }), 400],
  ['/v1/operators', 'a site that does not exist', () => ({ ...kinds[6]![2](), siteIds: [randomUUID()] }), 400],
  ['/v1/plates', 'no id', () => ({}), 400],
]
test.each(wrongs)('%s refuses %s', async (path, _why, body, status) => {
  const response = await admin.post(path, body())
  expect(response.statusCode, response.body).toBe(status)
  expect(response.headers['content-type']).toContain('application/problem+json')
})

test('no plate, key or holder is in the audit trail', async () => {
  const { rows } = await park.database.pool.query('select before, after, reason from audit_entries')
  const trail = JSON.stringify(rows)
  expect(trail).toContain('plateIds')
  expect(trail).not.toMatch(/BXY1|B-XY|OSD7|BBL1|B-BL|Holder/)
  expect(trail).not.toMatch(/[0-9a-f]{64}|hashes/i)
})

describe('a tariff', () => {
  test('gets the next number of its site, also when two are made at once, and is never changed', async () => {
    const { id } = await park.site()
    const revise = () => admin.expect(201, admin.post('/v1/tariffs', { siteId: id, rules: plainTariff }))
    const made = await Promise.all([revise(), revise(), revise(), revise()])
    expect(made.map(({ revision }) => revision).sort()).toEqual([2, 3, 4, 5])
    expect((await admin.change(`/v1/tariffs/${made[0].id}`, 1, { rules: plainTariff })).statusCode).toBe(405)
  })
})

describe('a plan', () => {
  test('is not taken from a site where a subscription to it runs, nor sold where it is not offered', async () => {
    const other = await park.site()
    const plan = await admin.expect(201, admin.post('/v1/plans', { name: 'Both', siteIds: [site.id, other.id] }))
    const subscribe = (siteIds: string[]) =>
      admin.post('/v1/subscriptions', { planId: plan.id, holder: 'H', siteIds, plates: ['PL 1'] })
    const { id } = await admin.expect(201, subscribe([other.id]))
    const leave = (version: number) => admin.change(`/v1/plans/${plan.id}`, version, { siteIds: [site.id] })
    expect((await leave(1)).statusCode).toBe(409)
    await admin.expect(200, admin.end(`/v1/subscriptions/${id}`, 1))
    await admin.expect(200, leave(1))
    expect((await subscribe([other.id])).statusCode).toBe(409)
  })

  test('of several sites is looked at with one of them, and changed with all', async () => {
    const other = await park.site()
    const { id } = await admin.expect(201, admin.post('/v1/plans', { name: 'Both', siteIds: [site.id, other.id] }))
    const half = await staffed.staff('manager', [site.id])
    const whole = await staffed.staff('manager', [site.id, other.id])
    expect((await half.expect(200, half.get(`/v1/plans/${id}`))).siteIds).toEqual([site.id])
    expect((await half.change(`/v1/plans/${id}`, 1, { name: 'Mine' })).statusCode).toBe(403)
    await whole.expect(200, whole.change(`/v1/plans/${id}`, 1, { name: 'Ours' }))
  })
})

describe('what was configured counts at the gate', () => {
  test('a subscription lets its vehicles in, and no longer once it has ended', async () => {
    const { id: siteId, entry, exit } = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    const plan = await admin.expect(201, admin.post('/v1/plans', { name: 'P', siteIds: [siteId] }))
    const made = await admin.expect(
      201,
      admin.post('/v1/subscriptions', { planId: plan.id, holder: 'H', siteIds: [siteId], plates: ['S-UB 1'] }),
    )
    expect(made).toMatchObject({ state: 'active', placesTaken: 0, vehicles: [{ plate: 'SUB1' }] })
    expect(await park.read(entry, 'SUB 1')).toMatchObject({ outcome: 'ALLOW', reason: 'subscription' })
    expect((await admin.expect(200, admin.get(`/v1/subscriptions/${made.id}`))).placesTaken).toBe(1)
    park.wait(1)
    expect(await park.read(exit, 'SUB 1')).toMatchObject({ outcome: 'ALLOW' })
    park.wait(5)
    expect(await admin.expect(200, admin.end(`/v1/subscriptions/${made.id}`, 1))).toMatchObject({ state: 'ended' })
    expect(await park.read(entry, 'SUB 1')).toMatchObject({ outcome: 'DENY', reason: 'not_subscribed' })
    expect((await admin.change(`/v1/subscriptions/${made.id}`, 2, { poolSize: 3 })).statusCode).toBe(409)
  })

  test('a blacklist entry refuses a vehicle until it is ended; one that has not begun never applies then', async () => {
    const { id: siteId, entry } = await park.site()
    const operator = await staffed.staff('operator', [siteId])
    const listed = await operator.expect(
      201,
      operator.post('/v1/blacklist', { siteId, plate: 'bl-ack 1', reason: 'unpaid' }),
    )
    expect(await park.read(entry, 'BLACK 1')).toMatchObject({ outcome: 'DENY', reason: 'blacklisted' })
    park.wait(5)
    await operator.expect(200, operator.end(`/v1/blacklist/${listed.id}`, 1))
    expect(await park.read(entry, 'BLACK 1')).toMatchObject({ outcome: 'ALLOW' })

    const planned = { siteId, plate: 'BLACK 2', reason: 'unpaid', validFrom: '2027-01-01T00:00:00Z' }
    const later = await operator.expect(201, operator.post('/v1/blacklist', planned))
    expect(later.state).toBe('planned')
    expect((await operator.expect(200, operator.end(`/v1/blacklist/${later.id}`, 1))).state).toBe('ended')
    const { items } = await operator.expect(200, operator.get(`/v1/blacklist?siteId=${siteId}&state=ended`))
    expect(items).toHaveLength(2)
    expect((await operator.expect(200, operator.get(`/v1/blacklist?siteId=${siteId}&state=planned`))).items).toEqual([])
  })

  test('an entry for all sites is seen by everybody and made or ended by an admin only', async () => {
    const manager = await staffed.staff('manager', [site.id])
    const everywhere = { siteId: null, plate: 'ALL 1', reason: 'stolen' }
    expect((await manager.post('/v1/blacklist', everywhere)).statusCode).toBe(403)
    const { id } = await admin.expect(201, admin.post('/v1/blacklist', everywhere))
    expect((await manager.expect(200, manager.get(`/v1/blacklist/${id}`))).plate).toBe('ALL1')
    expect((await manager.end(`/v1/blacklist/${id}`, 1)).statusCode).toBe(403)
    expect(await park.read(site.entry, 'ALL 1')).toMatchObject({ reason: 'blacklisted' })
  })

  test('a new gate with a new camera decides at once; its direction is changed while it is in use', async () => {
    const { id: siteId } = await park.site()
    const manager = await staffed.staff('manager', [siteId])
    const gate = await manager.expect(201, manager.post('/v1/gates', { siteId, name: 'New', direction: 'entry' }))
    expect(gate).toMatchObject({ onDbDown: 'allow_list', actuation: 'controller', keys: [{ number: 1 }] })
    const camera = await manager.expect(
      201,
      manager.post('/v1/cameras', { gateId: gate.id, name: 'C', format: 'turnpike' }),
    )
    const lane = { gateId: gate.id, key: gate.key, camera: { id: camera.id, gateId: gate.id, key: camera.key } }
    const entered = await park.read(lane, 'NEW 1')
    expect(entered).toMatchObject({ outcome: 'ALLOW', reason: 'transient_entry' })
    await park.passage(lane, 'passed')
    park.wait(1)
    await manager.expect(200, manager.change(`/v1/gates/${gate.id}`, 1, { direction: 'exit' }))
    expect(await park.read(lane, 'NEW 1')).toMatchObject({ outcome: 'ALLOW', sessionId: entered.sessionId })
  })

  test('a retired gate and its cameras are shut out, and its records stay', async () => {
    const { id: siteId, entry } = await park.site()
    const { decisionId } = await park.read(entry, 'OLD 1')
    const manager = await staffed.staff('manager', [siteId])
    const retired = await manager.expect(200, manager.end(`/v1/gates/${entry.gateId}`, 1))
    expect(retired.retiredAt).toEqual(expect.any(String))
    await expect(park.read(entry, 'OLD 2')).rejects.toThrow('401')
    await expect(park.passage(entry, 'passed')).rejects.toThrow('401')
    expect(
      (await manager.post(`/v1/gates/${entry.gateId}/commands`, { action: 'open', reason: 'test' })).statusCode,
    ).toBe(409)
    expect(
      (await manager.post('/v1/cameras', { gateId: entry.gateId, name: 'C', format: 'turnpike' })).statusCode,
    ).toBe(409)
    expect((await manager.change(`/v1/gates/${entry.gateId}`, 2, { name: 'X' })).statusCode).toBe(409)
    expect((await manager.expect(200, manager.get(`/v1/decisions/${decisionId}`))).gateId).toBe(entry.gateId)
    const listed = async (state: string) =>
      (await manager.expect(200, manager.get(`/v1/gates?siteId=${siteId}&state=${state}`))).items.map(
        (gate: { id: string }) => gate.id,
      )
    expect(await listed('active')).not.toContain(entry.gateId)
    expect(await listed('retired')).toEqual([entry.gateId])
    await writeDocuments(park.database, () => new Date(park.clock.now), 1_000)
    const document = await park.row(`select data from mirror_documents where kind = 'gate' and subject_id = $1`, [
      entry.gateId,
    ])
    expect(document.data).toMatchObject({ retired: true })
  })
})

describe('plates', () => {
  test('are masked for a viewer wherever they are, and whole for an operator', async () => {
    const { id: siteId, entry } = await park.site()
    const { decisionId, sessionId } = await park.read(entry, 'MASK 123')
    await admin.expect(201, admin.post('/v1/blacklist', { siteId, plate: 'MASK 123', reason: 'unpaid' }))
    const plan = await admin.expect(201, admin.post('/v1/plans', { name: 'P', siteIds: [siteId] }))
    const subscription = { planId: plan.id, holder: 'H', siteIds: [siteId], plates: ['MASK 123'] }
    await admin.expect(201, admin.post('/v1/subscriptions', subscription))
    const viewer = await staffed.staff('viewer', [siteId])
    const operator = await staffed.staff('operator', [siteId])
    const paths = ['decisions', 'reads', 'sessions', 'blacklist', 'subscriptions'].map(
      (name) => `/v1/${name}?siteId=${siteId}`,
    )
    for (const url of [...paths, `/v1/decisions/${decisionId}`, `/v1/sessions/${sessionId}`]) {
      expect((await viewer.get(url)).body, url).toMatch(/MA•+23/)
      expect((await viewer.get(url)).body, url).not.toMatch(/MASK ?123/)
      expect((await operator.get(url)).body, url).toContain('MASK123')
    }
  })

  test('are given whole by id, in batches, to operators; who saw which is recorded', async () => {
    const { id: siteId, entry } = await park.site()
    const { decisionId, sessionId } = await park.read(entry, 'SHOW 123')
    const operator = await staffed.staff('operator', [siteId])
    const plateId = (await park.row('select plate_id from sessions where id = $1', [sessionId])).plate_id
    const asked = {
      ids: [plateId, randomUUID()],
      decisionIds: [decisionId],
      sessionIds: [sessionId],
      changeReason: 'a complaint',
    }
    const { items } = await operator.expect(200, operator.post('/v1/plates', asked))
    expect(items).toEqual([
      { kind: 'plate', id: plateId, plate: 'SHOW123', plateRaw: null },
      { kind: 'decision', id: decisionId, plate: 'SHOW123', plateRaw: 'SHOW 123' },
      { kind: 'session', id: sessionId, plate: 'SHOW123', plateRaw: null },
    ])
    const [entryOfAudit] = (await operator.expect(200, operator.get(`/v1/audit?siteId=${siteId}&action=plates.shown`)))
      .items
    expect(entryOfAudit).toMatchObject({ actorId: operator.id, reason: 'a complaint' })
    expect(entryOfAudit.after.shown).toHaveLength(3)
  })
})

test('a decision is shown with its facts and the rule that fired, a session with its payments', async () => {
  const lanes = await park.site()
  const entered = await park.read(lanes.entry, 'FACT 123')
  await park.passage(lanes.entry, 'passed')
  park.wait(45)
  const asked = await park.read(lanes.exit, 'FACT 123')
  await park.pay(asked.quote!.id, asked.quote!.amountMinor)
  const decision = await admin.expect(200, admin.get(`/v1/decisions/${asked.decisionId}`))
  expect(decision).toMatchObject({
    quoteId: asked.quote!.id,
    rule: {
      code: 'payment_due',
      text: asked.message,
      rulesVersion: expect.any(Number),
      because: 'The stay costs more than was paid.',
      lookedAt: expect.arrayContaining([
        {
          name: 'open_stay',
          value: [[{ word: 'since' }, { instant: expect.any(String) }], [{ word: 'found_by_its_exact_plate' }]],
        },
        { name: 'paid_so_far', value: [[{ amountMinor: 0, currency: 'EUR' }]] },
      ]),
    },
    facts: { gate: { direction: 'exit' } },
  })
  expect(JSON.stringify(decision.facts)).not.toMatch(/FACT/)
  const session = await admin.expect(200, admin.get(`/v1/sessions/${entered.sessionId}`))
  expect(session).toMatchObject({ entryDecisionId: entered.decisionId, paidMinor: asked.quote!.amountMinor })
  expect(session.payments).toHaveLength(1)
  expect(await admin.expect(200, admin.get(`/v1/payments/${session.payments[0].id}`))).toEqual(session.payments[0])
})

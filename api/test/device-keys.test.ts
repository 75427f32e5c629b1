import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { CarPark, Lane, Site } from './car-park.ts'
import { followEvents } from './event-stream.ts'
import type { Client } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let admin: Client
let site: Site
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park, admin } = staffed)
  site = await park.site()
})
afterAll(() => staffed.close())

/** How both kinds of devices speak with a key: the status they get. */
const devices: [
  string,
  (lane: Lane) => string,
  (lane: Lane) => string,
  (lane: Lane, key: string) => Promise<number>,
][] = [
  [
    'camera',
    (lane) => `/v1/cameras/${lane.camera.id}`,
    (lane) => lane.camera.key,
    async (lane, key) => {
      const event = { eventId: crypto.randomUUID(), plate: 'KEY 1', capturedAt: park.clock.now.toISOString() }
      return (await park.post(`/v1/cameras/${lane.camera.id}/events`, key, event)).statusCode
    },
  ],
  [
    'gate controller',
    (lane) => `/v1/gates/${lane.gateId}`,
    (lane) => lane.key,
    async (lane, key) => (await park.post(`/v1/gates/${lane.gateId}/state`, key, { state: 'open' })).statusCode,
  ],
]

describe.each(devices)('the key of a %s', (_device, urlOf, firstKey, speak) => {
  test('is replaced while the device is in use: both work until the old one is removed', async () => {
    const lane = await park.lane(site.id, 'entry')
    const [url, old] = [urlOf(lane), firstKey(lane)]
    expect(await speak(lane, old)).toBe(200)
    const added = await admin.expect(201, admin.post(`${url}/keys`, { changeReason: 'yearly rotation' }))
    expect(Buffer.from(added.key, 'base64url')).toHaveLength(32)
    expect(added.keys.map((key: { number: number }) => key.number)).toEqual([1, 2])
    park.wait(1)
    expect([await speak(lane, old), await speak(lane, added.key)]).toEqual([200, 200])
    expect((await admin.post(`${url}/keys`)).statusCode).toBe(409)

    const removed = await admin.expect(200, admin.end(`${url}/keys/1`, added.version))
    expect(removed.keys).toEqual([{ number: 1, fingerprint: added.keys[1].fingerprint }])
    park.wait(1)
    // A camera's next read is what tells every process that its keys have changed.
    expect([await speak(lane, added.key), await speak(lane, old)]).toEqual([200, 401])
    expect((await admin.end(`${url}/keys/1`, removed.version)).statusCode).toBe(409)
  })

  test('is not removed by a repeat, which would name the other one', async () => {
    const lane = await park.lane(site.id, 'entry')
    const { version, key } = await admin.expect(201, admin.post(`${urlOf(lane)}/keys`))
    const answers = await Promise.all([1, 2].map(() => admin.end(`${urlOf(lane)}/keys/1`, version)))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412])
    park.wait(1)
    expect(await speak(lane, key)).toBe(200)
  })

  test('is shown once: it is in no later answer and not in the database', async () => {
    const lane = await park.lane(site.id, 'entry')
    const { key } = await admin.expect(201, admin.post(`${urlOf(lane)}/keys`))
    expect((await admin.get(urlOf(lane))).body).not.toContain(key)
    const stored = await park.row(
      `select (select json_agg(g) from gates g) as gates, (select json_agg(c) from cameras c) as cameras,
         (select json_agg(a) from audit_entries a) as audit`,
    )
    expect(JSON.stringify(stored)).not.toContain(key)
  })

  test('of two that are added at once leaves two live, never three', async () => {
    const lane = await park.lane(site.id, 'entry')
    const answers = await Promise.all([1, 2, 3].map(() => admin.post(`${urlOf(lane)}/keys`)))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409])
  })
})

test('a camera that speaks Digest does so with a new key, too, and what was known of the old one is gone', async () => {
  const lane = await park.lane(site.id, 'entry')
  const url = `/v1/cameras/${lane.camera.id}`
  const { version } = await admin.expect(201, admin.post(`${url}/keys`))
  const hashes = async () =>
    park.row(`select key_hashes, array(select jsonb_object_keys(digest_hashes)) as digest from cameras where id = $1`, [
      lane.camera.id,
    ])
  const both = await hashes()
  expect(both.digest.sort()).toEqual([...both.key_hashes].sort())
  await admin.expect(200, admin.end(`${url}/keys/1`, version))
  expect(await hashes()).toEqual({ key_hashes: [both.key_hashes[1]], digest: [both.key_hashes[1]] })
})

test('a controller whose key was removed hears no command any more on the stream that it has open, and its successor does', async () => {
  const lane = await park.lane(site.id, 'entry')
  const url = `/v1/gates/${lane.gateId}`
  const base = await park.app.listen({ port: 0, host: '127.0.0.1' })
  const old = await followEvents(`${base}${url}/commands`, lane.key)
  const { key, version } = await admin.expect(201, admin.post(`${url}/keys`))
  const successor = await followEvents(`${base}${url}/commands`, key)
  const open = async () =>
    (await admin.expect(201, admin.post(`${url}/commands`, { action: 'open', reason: 'test' }))).id
  const both = await open()
  expect([(await old.next()).id, (await successor.next()).id]).toEqual([both, both])
  await admin.expect(200, admin.end(`${url}/keys/1`, version))
  park.wait(0.1)
  await park.lanes.refresh()
  const later = await open()
  expect((await successor.next()).id).toBe(later)
  await old.finished
  expect(old.rest()).toEqual([])
  const connections = promisify(park.app.server.getConnections.bind(park.app.server))
  await vi.waitFor(async () => expect(await connections()).toBe(1))
  await successor.close()
})

test('a camera that is revoked while it is in use is out at once', async () => {
  const lane = await park.lane(site.id, 'entry')
  await park.read(lane, 'REV 1')
  const revoked = await admin.expect(200, admin.end(`/v1/cameras/${lane.camera.id}`, 1))
  expect(revoked.revokedAt).toEqual(expect.any(String))
  await expect(park.read(lane, 'REV 2')).rejects.toThrow('401')
  const { items } = await admin.expect(200, admin.get(`/v1/cameras?gateId=${lane.gateId}&state=retired`))
  expect(items).toEqual([revoked])
})

import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { CameraFormat } from '@turnpike/contracts/camera-event.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'
import { genuinePayload } from './genuine-payload.ts'
import { hikvisionMultipart, multipart, picture } from './multipart.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')
const tollgate = (change: object = {}) => {
  const message = JSON.parse(fixture('dahua-tollgate.json'))
  Object.assign(message.Picture.Plate, change)
  return JSON.stringify(message)
}
const axisEvent = (change: object = {}) => JSON.stringify({ ...JSON.parse(fixture('axis-update.json')), ...change })

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

/** A camera of this format at the entry of a site of its own. */
async function lane(format: CameraFormat, gate: { actuation?: 'reply' | 'controller' } = {}) {
  const site = await park.site()
  const { gateId } = await park.lane(site.id, 'entry', gate)
  const camera = await park.camera(gateId, { format })
  return {
    camera,
    post: (payload: string | Buffer, contentType = 'application/json', path = '') =>
      park.app.inject({
        method: 'POST',
        url: `/v1/cameras/${camera.id}/events${path}`,
        headers: { 'content-type': contentType, authorization: `Bearer ${camera.key}` },
        payload,
      }),
    reads: () =>
      park.database.pool
        .query(
          'select r.*, p.plate from reads r join plates p on p.id = r.plate_id where camera_id = $1 order by r.id',
          [camera.id],
        )
        .then(({ rows }) => rows),
  }
}

describe('a Dahua camera', () => {
  test('posts a plate on the path that it appends, is answered and decided; sent again, it moves nothing', async () => {
    const { post, reads, camera } = await lane('dahua', { actuation: 'reply' })
    const path = '/NotificationInfo/TollgateInfo'
    const response = await post(tollgate(), 'application/json; charset=UTF-8', path)
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toContain('application/json')
    expect(response.json()).toEqual({
      Result: true,
      DeviceID: '5b1f0c52-4c7e-4f6e-9d1a-1a2b3c4d5e6f',
      OpenStrobe: true,
    })
    expect(await reads()).toMatchObject([{ plate: 'BTK4711', captured_at: new Date('2026-03-10T09:00:00.250Z') }])
    expect((await post(tollgate(), 'application/json', path)).json()).toMatchObject({ Result: true })
    expect(await park.count('decisions where camera_id = $1', [camera.id])).toBe(1)
  })

  test('does not open a barrier that the command stream opens', async () => {
    const { post } = await lane('dahua', { actuation: 'controller' })
    expect((await post(tollgate())).json()).toMatchObject({ Result: true, OpenStrobe: false })
  })

  test('that says it is alive or who it is stores nothing', async () => {
    const { post, reads } = await lane('dahua')
    const alive = await post(
      '{"Active":"keepAlive","DeviceID":"c1"}',
      'application/json',
      '/NotificationInfo/KeepAlive',
    )
    expect([alive.statusCode, alive.json()]).toEqual([200, { Active: true, DeviceID: 'c1' }])
    const empty = await post('', 'application/json', '/NotificationInfo/KeepAlive')
    expect(empty.statusCode).toBe(200)
    const info =
      '{"DeviceID":"c1","DeviceModel":"ITC413","DeviceName":"n","DeviceType":"Tollgate","Manufacturer":"Dahua"}'
    expect((await post(info, 'application/json', '/NotificationInfo/DeviceInfo')).json()).toMatchObject({
      Result: true,
    })
    expect((await post(tollgate({ IsExist: false }))).json()).toMatchObject({ Result: true, OpenStrobe: false })
    expect(await reads()).toEqual([])
  })

  test('forwards its event stream', async () => {
    const { post, reads } = await lane('dahua')
    expect((await post(fixture('dahua-traffic-junction.json'))).statusCode).toBe(200)
    expect(await reads()).toMatchObject([{ plate: 'BTK4711', captured_at: new Date('2026-03-10T09:00:00.250Z') }])
  })

  test('that tells of two vehicles in one message is two reads, each decided', async () => {
    const { post, reads } = await lane('dahua')
    const message = JSON.parse(fixture('dahua-traffic-junction.json'))
    const [first] = message.params.eventList
    const second = structuredClone(first)
    Object.assign(second.Data, { EventID: 9022, GroupID: 412004, Object: { ...second.Data.Object, Text: 'MKX9' } })
    second.Data.TrafficCar.PlateNumber = 'MKX9'
    message.params.eventList = [first, second]
    expect((await post(JSON.stringify(message))).statusCode).toBe(200)
    const stored = await reads()
    expect(stored).toMatchObject([
      { plate: 'BTK4711', disposition: 'decided' },
      { plate: 'MKX9', disposition: 'decided' },
    ])
    expect(stored[0].decision_id).not.toBe(stored[1].decision_id)
  })

  const genuine = genuinePayload('cameras/dahua-notifyEventStream-TrafficJunction.json')
  test.runIf(genuine)('forwards the event of the field as it was recorded: no plate, nothing stored', async () => {
    const { post, reads } = await lane('dahua')
    expect((await post(genuine!)).statusCode).toBe(200)
    expect(await reads()).toEqual([])
  })
})

describe('an Axis camera', () => {
  test('posts new, update and lost of one vehicle: three reads of one track, one decision', async () => {
    const { post, reads, camera } = await lane('axis')
    const vehicle = [
      axisEvent({ carState: 'new', packetCounter: '1', carMoveDirection: 'undefined' }),
      axisEvent({ carState: 'update', packetCounter: '2' }),
      axisEvent({ carState: 'lost', packetCounter: '3' }),
    ]
    for (const content of vehicle) {
      const { body, contentType } = multipart([
        { name: 'event', filename: 'event.json', type: 'application/json', content },
        picture('image', 40_000),
      ])
      const response = await post(body, contentType)
      expect([response.statusCode, response.body]).toEqual([200, 'OK'])
    }
    const stored = await reads()
    expect(stored.map(({ event_id }) => event_id.split(' ')[1])).toEqual(['new', 'update', 'lost'])
    expect(new Set(stored.map(({ track_id }) => track_id)).size).toBe(1)
    expect(await park.count('decisions where camera_id = $1', [camera.id])).toBe(1)
  })

  test('may post the event as a field of a form, or as the body', async () => {
    const { post, reads } = await lane('axis')
    const form = multipart([{ name: 'event', type: 'application/json', content: axisEvent({ packetCounter: '4' }) }])
    expect((await post(form.body, form.contentType)).statusCode).toBe(200)
    expect((await post(axisEvent({ packetCounter: '5' }))).statusCode).toBe(200)
    expect(await reads()).toHaveLength(2)
  })

  const genuine = genuinePayload('cameras/axis-fflpr-event.json')
  test.runIf(genuine)('posts the event of the field as it was recorded', async () => {
    const { post, reads } = await lane('axis')
    const { body, contentType } = multipart([
      { name: 'event', filename: 'event.json', type: 'application/json', content: genuine! },
      picture('image', 40_000),
    ])
    expect((await post(body, contentType)).statusCode).toBe(200)
    expect(await reads()).toMatchObject([{ plate: 'TPK11684', captured_at: new Date('2021-06-11T10:05:38.252Z') }])
  })
})

describe('every format', () => {
  test.each<[CameraFormat, string]>([
    ['turnpike', '{"plate":"BTK4711"}'],
    ['hikvision', fixture('hikvision-anpr.xml').slice(0, 500)],
    ['dahua', tollgate().slice(0, 500)],
    ['axis', axisEvent({ carState: 'parked' })],
  ])('%s: what is malformed is 400, counted, and leaves nothing', async (format, body) => {
    const { post, reads } = await lane(format)
    const counted = async () => {
      const metrics = (await park.app.inject('/metrics')).body
      return Number(new RegExp(`payloads_refused_total\\{format="${format}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0)
    }
    const before = await counted()
    const response = await post(body)
    expect(response.statusCode).toBe(400)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(response.body).not.toContain('TK4711')
    // Figures are collected once a second at most.
    await expect.poll(counted, { timeout: 5_000 }).toBe(before + 1)
    expect(await reads()).toEqual([])
  })

  test('a body in chunks, without a length, is taken', async () => {
    const { camera, reads } = await lane('hikvision')
    await park.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = park.app.server.address() as AddressInfo
    const { body, contentType } = hikvisionMultipart(fixture('hikvision-anpr.xml'))
    const status = await new Promise<number>((resolve, reject) => {
      const post = request({
        port,
        method: 'POST',
        path: `/v1/cameras/${camera.id}/events`,
        headers: { 'content-type': contentType, authorization: `Bearer ${camera.key}`, 'transfer-encoding': 'chunked' },
      })
      post.on('response', (response) => resolve(response.resume().statusCode!)).on('error', reject)
      for (let at = 0; at < body.length; at += 50_001) post.write(body.subarray(at, at + 50_001))
      post.end()
    })
    expect(status).toBe(200)
    expect(await reads()).toHaveLength(1)
  })
})

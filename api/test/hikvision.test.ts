import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, type Lane, openCarPark, type Site } from './car-park.ts'
import { genuinePayload } from './genuine-payload.ts'
import { hikvisionMultipart, multipart, picture } from './multipart.ts'

const own = readFileSync(join(import.meta.dirname, 'fixtures/hikvision-anpr.xml'), 'utf8')
const genuine = genuinePayload('cameras/hikvision-anpr-parkpow.xml')

let park: CarPark
let site: Site
let lane: Lane
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

async function hikvisionLane(directionMap: Record<string, 'entry' | 'exit'> = {}) {
  site = await park.site()
  lane = { ...site.entry, camera: await park.camera(site.entry.gateId, { format: 'hikvision', directionMap }) }
}

function send(body: string | Buffer, contentType = 'application/xml', path = 'events') {
  return park.app.inject({
    method: 'POST',
    url: `/v1/cameras/${lane.camera.id}/${path}`,
    headers: {
      'content-type': contentType,
      authorization: `Basic ${Buffer.from(`admin:${lane.camera.key}`).toString('base64')}`,
    },
    payload: body,
  })
}

describe('a Hikvision camera', () => {
  test('whose multipart body is cut off, or has no boundary, gets 400', async () => {
    await hikvisionLane()
    const { body, contentType } = hikvisionMultipart(own)
    expect((await send(body.subarray(0, body.length - 400), contentType)).statusCode).toBe(400)
    expect((await send(body, 'multipart/form-data')).statusCode).toBe(400)
    expect(await park.count('reads where camera_id = $1', [lane.camera.id])).toBe(0)
  })

  test('posts raw XML with Basic credentials and hears what its firmware expects; the car is decided', async () => {
    await hikvisionLane()
    const response = await send(own)
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toContain('application/xml')
    expect(response.body).toContain('<statusCode>1</statusCode>')
    const read = await park.row(
      'select r.*, p.plate from reads r join plates p on p.id = r.plate_id where camera_id = $1',
      [lane.camera.id],
    )
    expect(read).toMatchObject({
      plate: 'BTK4711',
      event_id: '0d8c1d0e-5f3a-4d54-9a55-2f2b8f2f7a01',
      disposition: 'decided',
    })
    expect(read.confidence).toBeCloseTo(0.88)
    expect(read.captured_at).toEqual(new Date('2026-03-10T09:00:00Z'))
    expect(await park.count(`sessions where site_id = $1 and state = 'open'`, [site.id])).toBe(1)
  })

  test('posts multipart with pictures, on a path that its firmware appended', async () => {
    await hikvisionLane()
    const { body, contentType } = hikvisionMultipart(own)
    expect((await send(body, contentType, 'events/ISAPI/alarm')).statusCode).toBe(200)
    expect(await park.count('decisions where camera_id = $1', [lane.camera.id])).toBe(1)
  })

  test('may send its pictures first, empty, without a type, or none at all', async () => {
    await hikvisionLane()
    const event = (uuid: number) => ({
      name: 'anpr.xml',
      filename: 'anpr.xml',
      type: 'text/xml',
      content: own.replace('f7a01', `f7a0${uuid}`),
    })
    const forms = [
      [picture('detectionPicture.jpg', 2_000_000), picture('licensePlatePicture.jpg', 0), event(2)],
      [picture('detectionPicture.jpg', 900_000, 'application/octet-stream'), event(3)],
      [
        { name: 'scene', content: Buffer.alloc(900_000, 7), filename: 'scene', type: 'application/octet-stream' },
        event(4),
      ],
      [event(5)],
      [{ name: 'event', type: 'application/xml', content: own.replace('f7a01', 'f7a06') }],
    ].map((parts) => multipart(parts))
    for (const { body, contentType } of forms) expect((await send(body, contentType)).statusCode).toBe(200)
    expect(await park.count('reads where camera_id = $1', [lane.camera.id])).toBe(5)
  })

  test('that sends more pictures than anybody needs gets 413, and nothing is stored', async () => {
    await hikvisionLane()
    const { body, contentType } = multipart([
      picture('a.jpg', 20 * 1024 * 1024),
      picture('b.jpg', 20 * 1024 * 1024),
      { name: 'anpr.xml', filename: 'anpr.xml', type: 'text/xml', content: own },
    ])
    const response = await send(body, contentType)
    expect(response.statusCode).toBe(413)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(await park.count('reads where camera_id = $1', [lane.camera.id])).toBe(0)
  })

  test('may use any namespace prefix', async () => {
    await hikvisionLane()
    const prefixed = own.replaceAll(/<(\/?)([A-Za-z])/g, '<$1hik:$2').replace('xmlns=', 'xmlns:hik=')
    expect((await send(prefixed)).statusCode).toBe(200)
    expect(await park.count('decisions where camera_id = $1', [lane.camera.id])).toBe(1)
  })

  test('that retransmits gets 200 and moves nothing', async () => {
    await hikvisionLane()
    await send(own)
    const again = own.replace('<isDataRetransmission>false', '<isDataRetransmission>true')
    expect((await send(again)).statusCode).toBe(200)
    expect(await park.count('decisions where camera_id = $1', [lane.camera.id])).toBe(1)
  })

  test('sends heartbeats and empty lanes: 200, and no read', async () => {
    await hikvisionLane()
    const heartbeat = own
      .replace('<eventType>ANPR', '<eventType>videoloss')
      .replace('<eventState>active', '<eventState>inactive')
    expect((await send(heartbeat)).statusCode).toBe(200)
    expect((await send(own.replaceAll('B TK4711', ''))).statusCode).toBe(200)
    expect((await send(own.replaceAll('B TK4711', 'unknown'))).statusCode).toBe(200)
    expect(await park.count('reads where camera_id = $1', [lane.camera.id])).toBe(0)
  })

  test('that sees a vehicle drive the other way stores the read, which never decides', async () => {
    await hikvisionLane({ forward: 'exit', reverse: 'entry' })
    expect((await send(own)).statusCode).toBe(200)
    expect(await park.row('select disposition, decision_id from reads where camera_id = $1', [lane.camera.id])).toEqual(
      {
        disposition: 'suppressed',
        decision_id: null,
      },
    )
    expect(await park.count('sessions where site_id = $1', [site.id])).toBe(0)
    expect((await send(own)).statusCode).toBe(200)
  })

  test.each([
    ['a DOCTYPE', own.replace('?>', '?><!DOCTYPE x [<!ENTITY e "x">]>')],
    ['no XML', 'plate=BTK4711'],
    ['cut XML', own.slice(0, 700)],
    ['another root', own.replaceAll('EventNotificationAlert', 'Other')],
    [
      'no ANPR element',
      own
        .replaceAll('ANPR>', 'XNPR>')
        .replace('<eventType>XNPR', '<eventType>ANPR')
        .replace('</eventType>', '</eventType>'),
    ],
    ['no time', own.replace(/<dateTime>.*<\/dateTime>/, '')],
    ['a plate of 40 characters', own.replaceAll('B TK4711', 'A'.repeat(40))],
    ['a null byte', own.replace('4711', '47\u000011')],
    ['nothing', ''],
  ])('that sends %s gets problem+json 400 and leaves nothing behind', async (_what, body) => {
    await hikvisionLane()
    const response = await send(body)
    expect(response.statusCode).toBe(400)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(response.body).not.toContain('TK4711')
    expect(await park.count('reads where camera_id = $1', [lane.camera.id])).toBe(0)
    expect(await park.count('read_keys where camera_id = $1', [lane.camera.id])).toBe(0)
  })

  test.runIf(genuine)('sends the genuine event of the field as it was recorded', async () => {
    await hikvisionLane({ reverse: 'entry' })
    const recordedAt = new Date('2024-01-19T11:17:19+08:00')
    const before = park.clock.now
    park.clock.now = new Date(recordedAt.getTime() + 1_000)
    try {
      const { body, contentType } = hikvisionMultipart(genuine!)
      expect((await send(body, contentType)).statusCode).toBe(200)
    } finally {
      park.clock.now = before
    }
    const read = await park.row(
      'select r.*, p.plate from reads r join plates p on p.id = r.plate_id where camera_id = $1',
      [lane.camera.id],
    )
    expect(read).toMatchObject({ plate: 'TPKX600', disposition: 'decided', captured_at: recordedAt })
    expect(read.confidence).toBeCloseTo(0.97)
  })
})

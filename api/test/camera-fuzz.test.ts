import { randomInt, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CameraFormat } from '@turnpike/contracts/camera-event.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Chance, mutate, type Post, type Sent } from './cameras/mutations.ts'
import { type CarPark, openCarPark } from './car-park.ts'

/** Mutations a run; `CAMERA_FUZZ_SEED` has a run again. */
const mutations = 3_000
const seed = Number(process.env.CAMERA_FUZZ_SEED ?? randomInt(2 ** 31))
const mostMs = 1_000

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')
const own = {
  hikvision: fixture('hikvision-anpr.xml'),
  tollgate: fixture('dahua-tollgate.json'),
  junction: fixture('dahua-traffic-junction.json'),
  axis: fixture('axis-update.json'),
}

/** A fresh event of each kind, so that what is mutated is not known already; the plate is one of a few that meet again. */
const kinds: { format: CameraFormat; post(n: number, plate: string): Post }[] = [
  {
    format: 'turnpike',
    post: (n, plate) => {
      const event = {
        eventId: `e${n}`,
        plate,
        confidence: 0.9,
        capturedAt: '2026-03-10T09:00:00Z',
        candidates: [{ plate, confidence: 0.5 }],
      }
      return json(JSON.stringify(event))
    },
  },
  {
    format: 'hikvision',
    post: (_n, plate) => ({
      kind: 'xml',
      path: '',
      text: own.hikvision.replaceAll('B TK4711', plate).replace(/<UUID>.*</, `<UUID>${randomUUID()}<`),
      part: { name: 'anpr.xml', filename: 'anpr.xml', type: 'text/xml', content: '' },
    }),
  },
  {
    format: 'dahua',
    post: (n, plate) =>
      json(
        own.tollgate.replaceAll('BTK4711', plate).replace('d1MvN0pQb2sx', `d${n}`),
        '/NotificationInfo/TollgateInfo',
      ),
  },
  { format: 'dahua', post: (n, plate) => json(own.junction.replaceAll('BTK4711', plate).replace('412003', String(n))) },
  {
    format: 'axis',
    post: (n, plate) => json(own.axis.replaceAll('BTK4711', plate).replace('40210', String(n)).replace('5821', `${n}`)),
  },
]

function json(text: string, path = ''): Post {
  return {
    kind: 'json',
    path,
    text,
    part: { name: 'event', filename: 'event.json', type: 'application/json', content: '' },
  }
}

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

test(`${mutations} mutated payloads (seed ${seed}): 2xx or a problem that is counted, at once, nothing half-stored, no plate in a complaint`, async () => {
  console.log(`camera fuzz: ${mutations} mutations, CAMERA_FUZZ_SEED=${seed}`)
  const statuses = new Map<string, number>()
  let slowestMs = 0
  await Promise.all(kinds.map((_, lane) => drive(lane)))
  console.log(
    `camera fuzz: slowest ${Math.round(slowestMs)} ms; ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`,
  )

  // Both kinds of answer must be frequent, or nothing was tried.
  const count = (wanted: RegExp) => [...statuses].reduce((sum, [name, n]) => (wanted.test(name) ? sum + n : sum), 0)
  expect(count(/ 2..$/)).toBeGreaterThan(mutations / 5)
  expect(count(/ 4..$/)).toBeGreaterThan(mutations / 5)
  // Figures are collected once a second at most.
  await expect.poll(refused, { timeout: 5_000 }).toBe(count(/ 4..$/))
  await expectNothingHalfStored()

  /** One camera after the other of one kind, at a gate of its own, so that a slow answer is the payload's. */
  async function drive(lane: number) {
    const { format, post } = kinds[lane]!
    const chance = new Chance(seed + lane)
    const site = await park.site({ capacity: 2_000 })
    const camera = await park.camera(site.entry.gateId, { format })
    for (let n = 1; n <= mutations / kinds.length; n += 1) {
      const plate = `B TK${4700 + chance.below(40)}`
      const sent = mutate(post(lane * 1_000_000 + n, plate), chance)
      const what = `seed ${seed}, ${format}, mutation ${n}`
      const first = await send(camera, format, sent, n)
      // A busy machine may stall once; a payload that is slow is slow again.
      const ms = first.ms < mostMs ? first.ms : Math.min(first.ms, (await send(camera, format, sent, n)).ms)
      slowestMs = Math.max(slowestMs, ms)
      const { statusCode, headers, body } = first.response
      expect(ms, what).toBeLessThan(mostMs)
      if (statusCode >= 200 && statusCode < 300) continue
      expect([what, statusCode >= 400 && statusCode < 500, statusCode, body]).toEqual([what, true, statusCode, body])
      expect(headers['content-type'], what).toContain('application/problem+json')
      expect(JSON.parse(body), what).toMatchObject({ status: statusCode, detail: expect.any(String) })
      expect(body.replaceAll(' ', ''), what).not.toContain(plate.replaceAll(' ', ''))
    }
  }

  async function send(
    camera: { id: string; key: string },
    format: CameraFormat,
    { body, contentType, path }: Sent,
    n: number,
  ) {
    const startedAt = performance.now()
    const response = await park.app.inject({
      method: 'POST',
      url: `/v1/cameras/${camera.id}/events${path}`,
      headers: { authorization: `Bearer ${camera.key}`, ...(contentType && { 'content-type': contentType }) },
      payload: body,
      // Device limits are another test's.
      remoteAddress: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
    })
    const ms = performance.now() - startedAt
    const name = `${format} ${response.statusCode}`
    statuses.set(name, (statuses.get(name) ?? 0) + 1)
    return { response, ms }
  }
}, 240_000)

async function refused(): Promise<number> {
  const { body } = await park.app.inject('/metrics')
  const counts = [...body.matchAll(/^turnpike_camera_payloads_refused_total\{.*\} (\d+)$/gm)]
  return counts.reduce((sum, [, count]) => sum + Number(count), 0)
}

async function expectNothingHalfStored() {
  const reads = await park.count('reads')
  expect(reads).toBeGreaterThan(mutations / 10)
  expect(await park.count('read_keys')).toBe(reads)
  expect(
    await park.count('reads r join read_keys k on k.camera_id = r.camera_id and k.event_id = r.event_id'),
    'every read has its key',
  ).toBe(reads)
  expect(
    await park.count('decisions d where not exists (select from reads r where r.id = d.read_id)'),
    'every decision has its read',
  ).toBe(0)
  expect(
    await park.count(
      'plates p where not exists (select from reads r where r.plate_id = p.id or r.raw_plate_id = p.id)',
    ),
    'every plate was read',
  ).toBe(0)
}

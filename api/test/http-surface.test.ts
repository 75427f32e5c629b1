import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CarPark, Site } from './car-park.ts'
import { routesOf } from './routes-of.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let site: Site
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park } = staffed)
  site = await park.site()
})
afterAll(() => staffed.close())

type Method = NonNullable<InjectOptions['method']>
const send = (method: Method, url: string, headers: Record<string, string> = {}) =>
  park.app.inject({ method, url, headers: { authorization: `Bearer ${staffed.adminOperator.token}`, ...headers } })

describe('another method than an address takes', () => {
  test.each<[Method, () => string, string]>([
    ['DELETE', () => `/v1/sites/${site.id}`, 'GET, HEAD, PATCH'],
    ['PUT', () => `/v1/gates/${site.entry.gateId}?x=1`, 'DELETE, GET, HEAD, PATCH'],
    ['POST', () => '/v1/decisions', 'GET, HEAD'],
    ['PATCH', () => '/v1/reports/revenue', 'GET, HEAD'],
    ['DELETE', () => '/v1/live', 'GET'],
    ['GET', () => '/v1/cameras/x/events/a/path/of/its/own', 'POST'],
    ['POST', () => '/openapi.json', 'GET, HEAD'],
  ])('%s %s is told which ones it does', async (method, url, allowed) => {
    const response = await send(method, url())
    expect(response.statusCode).toBe(405)
    expect(response.headers.allow).toBe(allowed)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(response.json()).toMatchObject({ code: 'method_not_allowed', status: 405 })
  })

  test('is 404 where there is no address at all', async () => {
    for (const url of ['/v1/nothing', '/v1/sites/x/y/z', '/v2/sites', '/v1/sites//', '/'])
      expect((await send('DELETE', url)).statusCode, url).toBe(404)
  })
})

describe('HEAD', () => {
  test('answers as GET does, without the body, at every address that can be read', async () => {
    const reads = routesOf(park.app).filter(
      (route) => /^GET \/v1\/[a-z/]+$/.test(route) && !/live|public.subscription/.test(route),
    )
    expect(reads.length).toBeGreaterThan(15)
    for (const route of reads) {
      const url = route.replace('GET ', '') + (route.includes('/reports/') ? `?siteId=${site.id}` : '')
      const [got, head] = [await send('GET', url), await send('HEAD', url)]
      expect([head.statusCode, head.headers['content-type']], url).toEqual([200, got.headers['content-type']])
      expect(head.body, url).toBe('')
    }
    const one = await send('HEAD', `/v1/sites/${site.id}`)
    expect(one.headers.etag).toBe('"1"')
    const csv = await send('HEAD', `/v1/reports/uncollected?siteId=${site.id}&format=csv`)
    expect([csv.statusCode, csv.headers['content-type'], csv.body]).toEqual([200, 'text/csv; charset=utf-8', ''])
  })

  test('of a stream is refused: there is nothing to show of it', async () => {
    expect((await send('HEAD', '/v1/live')).statusCode).toBe(405)
    const commands = await send('HEAD', `/v1/gates/${site.entry.gateId}/commands`)
    expect([commands.statusCode, commands.headers.allow]).toEqual([405, 'GET, POST'])
  })
})

describe('a page of the dashboard, which comes from another origin', () => {
  const origin = 'https://parking.example'

  test.each(['GET', 'POST', 'PATCH', 'DELETE'])('may send %s with a token and If-Match', async (method) => {
    const response = await send('OPTIONS', `/v1/sites/${site.id}`, {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,if-match',
    })
    expect(response.statusCode).toBe(204)
    expect(response.headers['access-control-allow-origin']).toBe(origin)
    expect(response.headers['access-control-allow-methods']).toContain(method)
    expect(response.headers['access-control-allow-headers']).toBe('authorization,content-type,if-match')
  })

  test('is told what it may do also without saying what it wants', async () => {
    const { statusCode, headers } = await send('OPTIONS', `/v1/sites/${site.id}`, { origin })
    expect([statusCode, headers['access-control-allow-methods']]).toEqual([204, 'GET, POST, PATCH, DELETE'])
  })

  test('may read the headers that it needs', async () => {
    const { headers } = await send('GET', `/v1/sites/${site.id}`, { origin })
    const exposed = String(headers['access-control-expose-headers']).split(', ')
    expect(exposed.sort()).toEqual(['allow', 'content-disposition', 'etag', 'location', 'retry-after', 'x-request-id'])
  })

  test('of anybody else may not', async () => {
    const { headers } = await send('GET', `/v1/sites/${site.id}`, { origin: 'https://evil.example' })
    expect(headers['access-control-allow-origin']).toBe(origin)
  })
})

test('a request that has not come to its end within a minute is cut off', () => {
  expect(park.app.server.requestTimeout).toBe(60_000)
})

test('what operators are shown is kept by no cache on the way', async () => {
  for (const url of ['/v1/sites', `/v1/sites/${site.id}`, `/v1/reports/revenue?siteId=${site.id}`, '/v1/sites/x'])
    expect((await send('GET', url)).headers['cache-control'], url).toBe('no-store')
})

test('a command has an address where its result is found, and an ETag that changes with it', async () => {
  const { admin } = staffed
  const body = { action: 'open', reason: 'a visitor' }
  const made = await admin.post(`/v1/gates/${site.entry.gateId}/commands`, body)
  const { location } = made.headers as { location: string }
  expect([made.statusCode, location]).toEqual([201, `/v1/gates/${site.entry.gateId}/commands/${made.json().id}`])
  const before = await admin.get(location)
  expect(before.json()).toEqual(made.json())
  expect(before.json()).toMatchObject({ action: 'open', outcome: null })
  await park.post(`${location}/result`, site.entry.key, { outcome: 'executed' })
  const after = await admin.get(location)
  expect(after.json()).toMatchObject({ outcome: 'executed' })
  expect([made.headers.etag, before.headers.etag, after.headers.etag]).toEqual(['"1"', '"1"', '"2"'])
  const elsewhere = location.replace(site.entry.gateId, site.exit.gateId)
  expect((await admin.get(elsewhere)).statusCode).toBe(404)
})

test('a second key says where its device is', async () => {
  const { admin } = staffed
  for (const path of [`/v1/gates/${site.exit.gateId}`, `/v1/cameras/${site.exit.camera.id}`]) {
    const { statusCode, headers } = await admin.post(`${path}/keys`)
    expect([statusCode, headers.location]).toEqual([201, path])
  }
})

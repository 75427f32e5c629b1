import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type CarPark, openCarPark, type Site } from './car-park.ts'

let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

const good = () => ({ eventId: randomUUID(), plate: 'BAD 1', capturedAt: park.clock.now.toISOString() })
const events = () => `/v1/cameras/${site.entry.camera.id}/events`

function expectProblem(
  response: { statusCode: number; headers: Record<string, unknown>; body: string },
  status: number,
  code: string,
) {
  expect(response.statusCode).toBe(status)
  expect(response.headers['content-type']).toContain('application/problem+json')
  const problem = JSON.parse(response.body)
  expect(problem).toMatchObject({ status, code, type: `urn:turnpike:problem:${code}` })
  expect(problem.detail.length).toBeGreaterThan(10)
  expect(problem.requestId).toBe(response.headers['x-request-id'])
  expect(response.body).not.toMatch(/select |insert |\bat .*\.ts:|node_modules/i)
}

describe('a camera that sends', () => {
  const bodies: [string, () => unknown][] = [
    ['no JSON', () => '{'],
    ['nothing', () => ''],
    ['null', () => 'null'],
    ['an array', () => []],
    ['no plate', () => ({ ...good(), plate: undefined })],
    ['an empty plate', () => ({ ...good(), plate: '  ' })],
    ['a plate without a letter or digit', () => ({ ...good(), plate: '--·--' })],
    ['a plate that is a number', () => ({ ...good(), plate: 4711 })],
    ['a plate of a kilobyte', () => ({ ...good(), plate: 'A'.repeat(1024) })],
    ['no event id', () => ({ ...good(), eventId: undefined })],
    ['a time of another millennium', () => ({ ...good(), capturedAt: '9999-12-31T23:59:59-23:59' })],
    ['a time that is none', () => ({ ...good(), capturedAt: 'yesterday' })],
    ['a confidence above one', () => ({ ...good(), confidence: 97 })],
    ['a null byte in its event id', () => ({ ...good(), eventId: 'a\u0000b' })],
    ['a null byte in its plate', () => ({ ...good(), plate: 'A\u0000B1' })],
  ]
  test.each(bodies)('%s gets problem+json 400, and nothing is stored', async (_what, body) => {
    const response = await park.post(events(), site.entry.camera.key, body())
    expectProblem(response, 400, 'invalid_request')
    expect(await park.count('reads where site_id = $1', [site.id])).toBe(0)
    expect(await park.count('read_keys where camera_id = $1', [site.entry.camera.id])).toBe(0)
  })

  test('more than it may gets 413', async () => {
    const response = await park.post(
      events(),
      site.entry.camera.key,
      JSON.stringify({ ...good(), x: 'x'.repeat(13 * 1024 * 1024) }),
    )
    expectProblem(response, 413, 'payload_too_large')
  })

  test('more than a hundred events a second gets 429, and is heard again a second later', async () => {
    const lane = await park.lane(site.id, 'entry')
    const send = () => park.post(`/v1/cameras/${lane.camera.id}/events`, lane.camera.key, '{')
    // Time stands still, so that a slow machine does not make a second of what is sent at once.
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      for (let i = 0; i < 100; i += 1) expect((await send()).statusCode).toBe(400)
      const refused = await send()
      expectProblem(refused, 429, 'rate_limited')
      expect(refused.headers['retry-after']).toBe('1')
      vi.setSystemTime(Date.now() + 1_000)
      expect((await send()).statusCode).toBe(400)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a wrong or missing key', () => {
  test.each([
    ['camera without a key', () => park.post(events(), undefined, good())],
    ['camera with a wrong key', () => park.post(events(), 'x'.repeat(43), good())],
    ['camera with another camera’s key', () => park.post(events(), site.exit.camera.key, good())],
    [
      'camera that does not exist',
      () => park.post(`/v1/cameras/${randomUUID()}/events`, site.entry.camera.key, good()),
    ],
    ['camera whose id is no id', () => park.post(`/v1/cameras/x'--/events`, site.entry.camera.key, good())],
    ['controller without a key', () => park.post(`/v1/gates/${site.entry.gateId}/state`, undefined, { state: 'open' })],
    [
      'controller with another gate’s key',
      () => park.post(`/v1/gates/${site.entry.gateId}/state`, site.exit.key, { state: 'open' }),
    ],
    [
      'controller with a camera’s key',
      () => park.post(`/v1/gates/${site.entry.gateId}/state`, site.entry.camera.key, { state: 'open' }),
    ],
    ['operator without a token', () => park.app.inject('/v1/sites')],
    [
      'operator with a token that is none',
      () => park.post(`/v1/gates/${site.entry.gateId}/commands`, 'x.y.z', { action: 'open', reason: 'because' }),
    ],
    ['live stream without a token', () => park.app.inject('/v1/live')],
    ['command stream without a key', () => park.app.inject(`/v1/gates/${site.entry.gateId}/commands`)],
  ])('%s: 401', async (_who, send) => {
    expectProblem(await send(), 401, 'unauthenticated')
  })

  test('a key that was rotated away stops, its successor works at once, and a revoked camera is out', async () => {
    const camera = await park.camera(site.entry.gateId)
    const send = (key: string) =>
      park.post(`/v1/cameras/${camera.id}/events`, key, { ...good(), plate: `K ${Math.random()}` })
    expect((await send(camera.key)).statusCode).toBe(200)
    const successor = await park.camera(site.entry.gateId)
    await park.database.pool.query(
      'update cameras set key_hashes = (select key_hashes from cameras where id = $2), version = version + 1 where id = $1',
      [camera.id, successor.id],
    )
    park.wait(1)
    expect((await send(successor.key)).statusCode).toBe(200)
    expect((await send(camera.key)).statusCode).toBe(401)
    await park.database.pool.query('update cameras set revoked_at = now(), version = version + 1 where id = $1', [
      camera.id,
    ])
    expect((await send(successor.key)).statusCode).toBe(401)
  })
})

describe('a gate controller that sends', () => {
  const gate = () => `/v1/gates/${site.entry.gateId}`
  test.each([
    ['a passage of no kind', 'passages', { kind: 'flew', occurredAt: '2026-03-10T09:00:00Z' }],
    ['a passage of the year nought', 'passages', { kind: 'passed', occurredAt: '0000-01-01T00:00:00Z' }],
    ['a passage without a time', 'passages', { kind: 'passed' }],
    ['a state that is none', 'state', { state: 'ajar' }],
    ['a result that is none', `commands/${randomUUID()}/result`, { outcome: 'maybe' }],
    ['no JSON', 'passages', '{'],
  ])('%s gets 400, and nothing is stored', async (_what, path, body) => {
    expectProblem(await park.post(`${gate()}/${path}`, site.entry.key, body), 400, 'invalid_request')
    expect(await park.count('passages where gate_id = $1', [site.entry.gateId])).toBe(0)
  })

  test.each([
    ['a command that is not its own', `commands/${randomUUID()}/result`, { outcome: 'executed' }],
    ['a command id that is no id', 'commands/x/result', { outcome: 'executed' }],
    [
      'a session that does not exist',
      'passages',
      { kind: 'passed', occurredAt: '2026-03-10T09:00:00Z', sessionId: randomUUID() },
    ],
  ])('about %s gets 404', async (_what, path, body) => {
    expectProblem(await park.post(`${gate()}/${path}`, site.entry.key, body), 404, 'not_found')
  })
})

describe('a driver who asks', () => {
  test.each([
    ['without a site', { plate: 'A 1' }, 400, 'invalid_request'],
    ['at a site that does not exist', { siteId: randomUUID(), plate: 'A 1' }, 404, 'not_found'],
    ['at a site whose id is no id', { siteId: 'x', plate: 'A 1' }, 400, 'invalid_request'],
    ['with an empty plate', { siteId: randomUUID(), plate: '' }, 400, 'invalid_request'],
  ])('%s gets a problem', async (_what, body, status, code) => {
    expectProblem(await park.post('/v1/quotes', undefined, body), status, code)
  })

  test('for a quote that does not exist gets 404, whatever the id looks like', async () => {
    for (const id of [randomUUID(), 'x', '%00', "1' or '1'='1"])
      expectProblem(await park.app.inject(`/v1/quotes/${encodeURIComponent(id)}`), 404, 'not_found')
  })

  test('with a plate that owes nothing or was never seen gets the same answer', async () => {
    await park.read(site.entry, 'SEEN 1')
    const ask = (plate: string) => park.post('/v1/quotes', undefined, { siteId: site.id, plate })
    expect((await ask('SEEN 1')).json()).toEqual({ quote: null })
    expect((await ask('NEVER 1')).json()).toEqual({ quote: null })
  })

  test('to pay with a provider that is not set up gets 503, and with none 400', async () => {
    await park.read(site.exit, 'NOBODY 1')
    await park.read(site.entry, 'DEBTOR 1')
    await park.passage(site.entry, 'passed')
    park.wait(60)
    const { quote } = (await park.post('/v1/quotes', undefined, { siteId: site.id, plate: 'DEBTOR 1' })).json()
    const checkout = (body: unknown) => park.post(`/v1/quotes/${quote.id}/checkout`, undefined, body)
    expectProblem(await checkout({ provider: 'stripe' }), 503, 'unavailable')
    expectProblem(await checkout({ provider: 'cash' }), 400, 'invalid_request')
  })
})

test('an address that does not exist, is endless, or cannot be decoded, is a problem too', async () => {
  expectProblem(await park.app.inject('/v1/quotes/%E0%A4%A'), 400, 'invalid_request')
  expectProblem(await park.app.inject('/v1/nothing'), 404, 'not_found')
  expectProblem(await park.app.inject(`/v1/quotes/${'a'.repeat(500)}`), 404, 'not_found')
  expectProblem(await park.app.inject({ method: 'DELETE', url: '/v1/quotes' }), 405, 'method_not_allowed')
})

test('every answer carries the security headers', async () => {
  const { headers } = await park.app.inject('/healthz')
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'strict-transport-security': expect.any(String),
  })
})

test('while Postgres cannot be reached, answers are 503 problems that show nothing of it', async () => {
  const lost = await openCarPark()
  const { entry } = await lost.site()
  await lost.testDatabase.drop()
  const body = { ...good(), plate: 'DOWN 1' }
  expectProblem(await lost.post(`/v1/cameras/${entry.camera.id}/events`, entry.camera.key, body), 503, 'unavailable')
  expectProblem(await lost.app.inject('/readyz'), 503, 'unavailable')
  expect((await lost.app.inject('/healthz')).statusCode).toBe(200)
  await lost.app.close()
  await lost.database.close()
})

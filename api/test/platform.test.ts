import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CarPark, type Lane, openCarPark, type Site } from './car-park.ts'

let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

/** Postgres is there and takes nobody in, until `work` is done. */
async function withoutDatabase(work: () => Promise<void>) {
  const url = new URL(park.testDatabase.url)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const admin = new pg.Client({ connectionString: url.href })
  await admin.connect()
  const allow = (allowed: boolean) => admin.query(`alter database ${name} allow_connections ${allowed}`)
  try {
    await allow(false)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    await work()
  } finally {
    await allow(true)
    await admin.end()
  }
}

const isReady = async () => (await park.app.inject('/readyz')).statusCode === 200

describe('the platform’s questions', () => {
  test('is it alive, and ready: not ready while Postgres is away, and ready again by itself', async () => {
    expect((await park.app.inject('/healthz')).json()).toEqual({ status: 'ok' })
    expect((await park.app.inject('/readyz')).json()).toEqual({ status: 'ok' })
    await withoutDatabase(async () => {
      expect((await park.app.inject('/healthz')).statusCode).toBe(200)
      await vi.waitUntil(async () => !(await isReady()), { timeout: 10_000, interval: 20 })
      const response = await park.app.inject('/readyz')
      expect(response.statusCode).toBe(503)
      expect(response.headers['content-type']).toContain('application/problem+json')
    })
    await vi.waitUntil(isReady, { timeout: 10_000, interval: 20 })
  })

  test('how is it doing: decisions by outcome and mode, reads by camera and format, what the mirror lacks, and no plate', async () => {
    await park.read(site.entry, 'PM 7001')
    await park.read(site.exit, 'PM 7002', { capturedAt: new Date(park.clock.now.getTime() - 60_000) })
    const { body, headers } = await park.app.inject('/metrics')
    expect(headers['content-type']).toContain('text/plain')
    expect(body).toContain('turnpike_decision_seconds_count{outcome="ALLOW",mode="normal"} 1')
    expect(body).toContain('turnpike_decision_seconds_count{outcome="DENY",mode="history"} 1')
    expect(body).toContain(`turnpike_reads_total{camera="${site.entry.camera.id}",format="turnpike"} 1`)
    expect(Number(/^turnpike_mirror_marks (\d+)$/m.exec(body)![1])).toBeGreaterThan(0)
    expect(body).toMatch(/^turnpike_mirror_lag_seconds \d/m)
    expect(body).toContain('turnpike_database_up 1')
    expect(body).not.toMatch(/PM.?700/)
  })

  test('how is it doing while Postgres is away: what the process knows itself, and nothing that it knew of Postgres', async () => {
    const figures = async () => (await park.app.inject('/metrics')).body
    const known = [/^turnpike_mirror_\w+ /m, /^turnpike_camera_clock_skew_seconds\{/m, /^turnpike_journal_missing /m]
    for (const figure of known) expect(await figures()).toMatch(figure)
    await withoutDatabase(async () => {
      await vi.waitUntil(async () => (await figures()).includes('turnpike_database_up 0'), { timeout: 10_000 })
      const body = await figures()
      expect(body).toMatch(/^turnpike_decision_seconds_count/m)
      for (const figure of known) expect(body).not.toMatch(figure)
    })
  })
})

test('every answer has a request id of its own; one that the asker names is not taken', async () => {
  const ask = async () =>
    (await park.app.inject({ url: '/healthz', headers: { 'x-request-id': 'mine' } })).headers['x-request-id']
  const ids = [await ask(), await ask(), (await park.app.inject('/v1/nothing')).headers['x-request-id']]
  expect(new Set(ids).size).toBe(3)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/)
})

describe('a body that is larger than its address takes is 413', () => {
  const bytes = (count: number) => ({ x: 'x'.repeat(count) })
  test.each([
    ['of a driver', 257 * 1024, (body: object) => park.post('/v1/quotes', undefined, body)],
    [
      'of a controller',
      257 * 1024,
      (body: object) => park.post(`/v1/gates/${site.entry.gateId}/state`, site.entry.key, body),
    ],
    ['of a Cloud Function', 65 * 1024, (body: object) => park.post('/internal/payment-events', undefined, body)],
  ])('%s', async (_whose, size, send) => {
    const response = await send(bytes(size))
    expect(response.statusCode).toBe(413)
    expect(response.json()).toMatchObject({ code: 'payload_too_large' })
  })
})

describe('a gate controller that reports more than a hundred times a second', () => {
  // Time stands still, so that a slow machine does not make a second of what is sent at once.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const report = async (lane: Lane, from = '127.0.0.1', key = lane.key) => {
    const headers = { authorization: `Bearer ${key}` }
    const url = `/v1/gates/${lane.gateId}/state`
    return park.app.inject({ method: 'POST', url, headers, remoteAddress: from, payload: { state: 'open' } })
  }

  test('is heard a hundred times, then told when to come again, and heard again a second later; another gate is heard', async () => {
    const lane = await park.lane(site.id, 'entry')
    for (let i = 0; i < 100; i += 1) expect((await report(lane)).statusCode).toBe(200)
    const refused = await report(lane)
    expect(refused.statusCode).toBe(429)
    expect(refused.json()).toMatchObject({ code: 'rate_limited' })
    expect(refused.headers['retry-after']).toBe('1')
    expect((await report(site.exit)).statusCode).toBe(200)
    vi.setSystemTime(Date.now() + 1_000)
    expect((await report(lane)).statusCode).toBe(200)
  })

  test('is not shut out by a stranger who tries keys at its address from elsewhere', async () => {
    const lane = await park.lane(site.id, 'entry')
    const statuses: number[] = []
    for (let i = 0; i < 101; i += 1) statuses.push((await report(lane, '192.0.2.9', 'x'.repeat(43))).statusCode)
    expect(statuses.slice(0, 100).every((status) => status === 401)).toBe(true)
    expect(statuses[100]).toBe(429)
    expect((await report(lane)).statusCode).toBe(200)
  })
})

describe('security headers', () => {
  test.each([
    ['an answer', '/healthz'],
    ['a problem', '/v1/nothing'],
    ['a page', '/docs'],
    ['figures', '/metrics'],
  ])('are on %s', async (_what, url) => {
    const { headers } = await park.app.inject(url)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringMatching(/max-age=\d{7,}/),
      'content-security-policy': expect.stringContaining("script-src 'self'"),
    })
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers.server).toBeUndefined()
  })

  test('let the dashboard’s pages call, and nobody else’s', async () => {
    const ask = (origin: string, method: 'GET' | 'OPTIONS') =>
      park.app.inject({ method, url: '/v1/sites', headers: { origin, 'access-control-request-method': 'PATCH' } })
    for (const method of ['GET', 'OPTIONS'] as const) {
      const ours = await ask('https://parking.example', method)
      expect(ours.headers['access-control-allow-origin']).toBe('https://parking.example')
      // The browser compares: what is named is never the page that asked.
      const theirs = await ask('https://evil.example', method)
      expect([undefined, 'https://parking.example']).toContain(theirs.headers['access-control-allow-origin'])
      expect(theirs.headers['access-control-allow-credentials']).toBeUndefined()
    }
  })
})

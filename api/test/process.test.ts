import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { asLogin } from '@turnpike/local/local-database.ts'
import { UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openDatabase } from '../src/db/client.ts'
import { operators } from '../src/db/schema.ts'
import { type CarPark, openCarPark, type Site } from './car-park.ts'
import { startApi, startCoreProcess } from './core-process.ts'
import { followEvents } from './event-stream.ts'

let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

/** A camera's post whose headers have arrived, and whose body the camera is still sending. */
async function beginPost(url: string, body: string) {
  const { camera } = site.entry
  const sending: ClientRequest = request(`${url}/v1/cameras/${camera.id}/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${camera.key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    },
  })
  const answered = new Promise<IncomingMessage>((done, failed) => {
    sending.once('response', done)
    sending.once('error', failed)
  })
  answered.catch(() => {}) // whoever finishes hears of it
  const heard = new Promise((done) => sending.once('continue', done))
  sending.flushHeaders()
  await heard
  return {
    async finish() {
      sending.end(body)
      const response = await answered
      return { status: response.statusCode, body: await text(response) }
    },
  }
}

const refusesConnections = (url: string) =>
  new Promise<boolean>((done) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => {
      socket.destroy()
      done(false)
    })
    socket.once('error', () => done(true))
  })

describe('the API that gets SIGTERM', () => {
  test('answers what it has begun, ends its streams, takes nobody new, and ends with exit code 0 within 5 s', async () => {
    const api = await startApi(park.testDatabase.appUrl)
    const commands = await followEvents(`${api.url}/v1/gates/${site.entry.gateId}/commands`, site.entry.key)
    const idle = new Agent({ keepAlive: true })
    await text(await new Promise<IncomingMessage>((done) => request(`${api.url}/healthz`, { agent: idle }, done).end()))
    const event = { eventId: randomUUID(), plate: 'SG 15', capturedAt: new Date().toISOString() }
    const post = await beginPost(api.url, JSON.stringify(event))

    const asked = performance.now()
    api.process.kill('SIGTERM')
    await vi.waitUntil(() => refusesConnections(api.url), { timeout: 5_000, interval: 20 })
    await commands.finished
    const { status, body } = await post.finish()
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({ outcome: 'ALLOW', reason: 'transient_entry' })
    expect(await api.ended).toBe('exit code 0')
    expect(performance.now() - asked).toBeLessThan(5_000)
    idle.destroy()
    expect(await park.count('decisions where id = $1', [JSON.parse(body).decisionId])).toBe(1)
    expect(
      await park.count(`pg_stat_activity where datname = current_database() and application_name = 'turnpike-api'`),
    ).toBe(0)
  })

  test('ends all the same, though a request is never finished', async () => {
    const api = await startApi(park.testDatabase.appUrl)
    const hanging = await beginPost(api.url, 'x'.repeat(100))
    const asked = performance.now()
    api.process.kill('SIGTERM')
    expect(await api.ended).toBe('exit code 1')
    expect(performance.now() - asked).toBeLessThan(9_000)
    await expect(hanging.finish()).rejects.toThrow()
  })

  test('logs each request under the id that its answer has, and neither the plate nor the key', async () => {
    const api = await startApi(park.testDatabase.appUrl)
    const { id, key } = site.exit.camera
    const response = await fetch(`${api.url}/v1/cameras/${id}/events/key/${key}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ eventId: randomUUID(), plate: 'LG 4711', capturedAt: new Date().toISOString() }),
    })
    expect(response.status).toBe(200)
    await response.text()
    const requestId = response.headers.get('x-request-id')!
    const lines = () =>
      api
        .log()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ reqId }) => reqId === requestId)
    await vi.waitUntil(() => lines().length === 1, { timeout: 5_000, interval: 20 })
    expect(lines()).toMatchObject([
      { level: 30, req: { method: 'POST' }, res: { statusCode: 200 }, responseTime: expect.any(Number) },
    ])
    expect(api.log()).not.toMatch(/LG.?4711/)
    expect(api.log()).not.toContain(key)
  })
})

test('the API says so when it connects as somebody who may change the audit trail, and only then', async () => {
  const warning = 'may change the audit trail'
  const owner = await startApi(park.testDatabase.url)
  expect(owner.log()).toContain(warning)
  const login = await startApi(park.testDatabase.appUrl)
  expect(login.log()).not.toContain(warning)
})

test('an ID token that nobody has signed, as the Auth emulator gives them, is taken only by an API that was told of an emulator', async () => {
  const project = 'demo-turnpike-process'
  const uid = randomUUID()
  const email = `${uid}@parking.example`
  await park.database.db.insert(operators).values({ id: uid, firebaseUid: uid, email, name: 'Kim', role: 'admin' })
  const token = new UnsecuredJWT({ auth_time: Math.floor(Date.now() / 1000) })
    .setIssuer(`https://securetoken.google.com/${project}`)
    .setAudience(project)
    .setSubject(uid)
    .setIssuedAt()
    .setExpirationTime('1h')
    .encode()
  const ask = async (env: Record<string, string>) => {
    const { url } = await startApi(park.testDatabase.appUrl, { FIREBASE_PROJECT_ID: project, ...env })
    return (await fetch(`${url}/v1/sites`, { headers: { authorization: `Bearer ${token}` } })).status
  }
  expect(await ask({})).toBe(401)
  // Nobody answers there: the token is good so far, and whether it was revoked cannot be asked.
  expect(await ask({ EMULATORS: 'true', FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9' })).toBe(503)
})

test('migrations that run again change nothing, and give the processes their login', async () => {
  const password = randomBytes(24).toString('hex')
  const appUrl = asLogin(park.testDatabase.url, { user: `core_${randomBytes(4).toString('hex')}`, password })
  const script = resolve(import.meta.dirname, '../src/migrate.ts')
  const env = { PATH: process.env.PATH, DATABASE_URL: park.testDatabase.url, APP_DATABASE_URL: appUrl }
  for (let i = 0; i < 2; i += 1) await promisify(execFile)(process.execPath, [script], { env })
  const database = openDatabase(appUrl, 'test', () => {}, { connections: 1 })
  expect((await database.pool.query('select id from sites')).rowCount).toBe(1)
  await database.close()
})

describe('the worker', () => {
  const healthy = () =>
    new Promise<boolean>((done) => {
      const script = resolve(import.meta.dirname, '../src/healthcheck.ts')
      const env = { PATH: process.env.PATH, DATABASE_URL: park.testDatabase.appUrl }
      execFile(process.execPath, [script, 'worker'], { env }, (error) => done(error === null))
    })

  test('decides what nobody decided, is seen to live by its health check, and ends on SIGTERM with exit code 0', async () => {
    park.clock.now = new Date()
    const lane = await park.lane(site.id, 'entry', { onCameraUnsure: 'open' })
    const { reason } = await park.read(lane, 'WK 8001', { confidence: 0.2 })
    expect(reason).toBe('awaiting_better_read')
    expect(await healthy()).toBe(false)
    const worker = await startCoreProcess('worker', {
      DATABASE_URL: park.testDatabase.appUrl,
      STRIPE_SECRET_KEY: 'sk_test_of_nobody',
      STRIPE_API_URL: 'http://127.0.0.1:9',
    })
    const decided = () => park.count(`decisions where gate_id = $1 and reason = 'fallback_open'`, [lane.gateId])
    await vi.waitUntil(async () => (await decided()) === 1, { timeout: 10_000, interval: 50 })
    expect(await healthy()).toBe(true)
    worker.process.kill('SIGTERM')
    expect(await worker.ended).toBe('exit code 0')
    expect(await healthy()).toBe(false)
  })
})

import { problem } from '@turnpike/contracts/problem.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, applied, json, keyPair, startCore } from './core.ts'
import { deploy, log, signed, webhookSecret } from './deployed-function.ts'
import { checkoutEvent } from './events.ts'

/** Every test has an event of its own and says how the core answers it, so that they can wait side by side. */
const answers = new Map<string, Answer>()
let keys: Awaited<ReturnType<typeof keyPair>>
let core: Awaited<ReturnType<typeof startCore>>
let stripeWebhook: Awaited<ReturnType<typeof deploy>>

beforeAll(async () => {
  keys = await keyPair()
  core = await startCore(keys.publicKey, [
    (response, arrival) => answers.get(arrival.event.eventId)!(response, arrival),
  ])
  stripeWebhook = await deployFor(core.url, keys)
})
afterAll(async () => {
  await stripeWebhook.stop()
  await core.stop()
})

function deployFor(url: string, { privateJwk }: typeof keys) {
  const forwardKey = JSON.stringify(privateJwk)
  return deploy({ STRIPE_WEBHOOK_SECRET: webhookSecret, FORWARD_PRIVATE_JWK: forwardKey, API_URL: url })
}

function deliver(eventId: string, to = stripeWebhook): Promise<Response> {
  const body = checkoutEvent({}, { id: eventId })
  return to.post(body, signed(body))
}

async function expectUnavailable(response: Response, eventId: string): Promise<void> {
  expect(response.status).toBe(503)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(problem.parse(await response.json())).toMatchObject({ code: 'unavailable' })
  const lines = log.filter((line) => line.includes(`"${eventId}"`))
  expect(lines).toEqual([expect.stringContaining('"severity":"ERROR"')])
  expect(lines[0]).not.toContain('driver@example.com')
}

function attempts(eventId: string): number {
  return core.arrivals.filter(({ event }) => event.eventId === eventId).length
}

describe.concurrent('503, after a few attempts, when the core', () => {
  test.each<[string, Answer]>([
    ['fails', (response) => json(response, 500, {})],
    ['is overloaded', (response) => json(response, 429, {})],
    ['drops the connection', (response) => response.destroy()],
    ['redirects: the token goes nowhere else', (response) => response.writeHead(307, { location: '/elsewhere' }).end()],
    ['answers 200 without a receipt', (response) => json(response, 200, {})],
    ['answers 200 with a page', (response) => response.end('<html>Welcome</html>')],
    ['answers 200 for another event', (response) => json(response, 200, { eventId: 'evt_other', result: 'applied' })],
    [
      'answers 200 with a result nobody knows',
      (response, { event }) => json(response, 200, { eventId: event.eventId, result: 'shrugged' }),
    ],
  ])('%s', async (name, answer) => {
    answers.set(name, answer)
    await expectUnavailable(await deliver(name), name)
    expect(attempts(name)).toBe(3)
  })
})

describe.concurrent('503 at once', () => {
  test.each([400, 401, 403, 404, 409, 422])(
    'when the core refuses with %i: asking again would not help',
    async (status) => {
      const eventId = `evt_refused_${status}`
      answers.set(eventId, (response) => json(response, status, {}))
      await expectUnavailable(await deliver(eventId), eventId)
      expect(attempts(eventId)).toBe(1)
    },
  )
})

test('503 within 10 s when the core never answers, and it is not asked again', async () => {
  answers.set('evt_slow', () => {})
  const started = performance.now()
  await expectUnavailable(await deliver('evt_slow'), 'evt_slow')
  expect(performance.now() - started).toBeLessThan(10_000)
  expect(attempts('evt_slow')).toBe(1)
})

test('503 when nothing listens where the core should be, and the log says so', async () => {
  const gone = await startCore(keys.publicKey)
  await gone.stop()
  const instance = await deployFor(gone.url, keys)
  await expectUnavailable(await deliver('evt_gone', instance), 'evt_gone')
  expect(log.join()).toContain('ECONNREFUSED')
  await instance.stop()
})

test('503 when the core does not know our key: nothing is stored', async () => {
  const instance = await deployFor(core.url, await keyPair())
  await expectUnavailable(await deliver('evt_stranger', instance), 'evt_stranger')
  expect(attempts('evt_stranger')).toBe(0)
  await instance.stop()
})

test('a delivery after the core came back is taken', async () => {
  answers.set('evt_again', (response) => json(response, 503, {}))
  await expectUnavailable(await deliver('evt_again'), 'evt_again')
  answers.set('evt_again', applied)
  expect((await deliver('evt_again')).status).toBe(200)
})

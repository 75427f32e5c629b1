import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { problem } from '@turnpike/contracts/problem.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, applied, json, keyPair, startCore } from './core.ts'
import { deploy, log, type Settings } from './deployed-function.ts'
import { paypalSide, type Side, stripeSide } from './provider-sides.ts'

/* The table of answers, row by row, for each function: entered through what is deployed, with the provider's own signatures. */

const paypal = await paypalSide()
const sides: Side[] = [stripeSide, paypal]
const keys = await keyPair()
const answers: Answer[] = [applied]
const core = await startCore(keys.publicKey, answers)
/** What a function needs, which is nothing of the other provider's. */
const base = (side: Side): Settings => ({
  ...side.settings,
  FORWARD_PRIVATE_JWK: JSON.stringify(keys.privateJwk),
  API_URL: core.url,
})

afterEach(() => {
  core.arrivals.length = 0
  log.length = 0
  answers.splice(0, answers.length, applied)
})
afterAll(async () => {
  await core.stop()
  await paypal.stop()
})

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status)
  expect(problem.parse(await response.json())).toMatchObject({ status, code })
}

describe.each(sides)('$name', (side) => {
  let instance: Awaited<ReturnType<typeof deploy>>
  beforeAll(async () => {
    instance = await deploy(base(side), side.name)
  })
  afterAll(() => instance.stop())
  const deliver = (body: string, how: { forged?: boolean } = {}) => instance.post(body, side.headers(body, how))

  test('stored by the core: 200 with the receipt, whatever the core made of it', async () => {
    for (const result of ['applied', 'accepted', 'duplicate', 'parked'] as const) {
      answers[0] = (response, { event }) => json(response, 200, { eventId: event.eventId, result })
      const response = await deliver(side.event('EVT1'))
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ eventId: 'EVT1', eventType: expect.any(String), result })
    }
    expect(core.arrivals[0]!.event.change).toMatchObject({
      kind: 'payment_captured',
      amountMinor: 450,
      currency: 'EUR',
    })
  })

  test('not our event: 200 ignored, and stored so that it can be counted (failure 5)', async () => {
    answers[0] = (response, { event }) => json(response, 200, { eventId: event.eventId, result: 'ignored' })
    const response = await deliver(side.event('EVT2', 'barrier.opened'))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ eventId: 'EVT2', eventType: 'barrier.opened', result: 'ignored' })
    expect(core.arrivals.map(({ event }) => event.change.kind)).toEqual(['ignored'])
  })

  test('ours in a shape we do not know: 200 once it is quarantined, with an error in the log', async () => {
    answers[0] = (response, { event }) => json(response, 200, { eventId: event.eventId, result: 'parked' })
    const response = await deliver(side.strange('EVT3'))
    expect(response.status).toBe(200)
    expect(core.arrivals.map(({ event }) => event.change.kind)).toEqual(['not_understood'])
    expect(log.join()).toContain('"severity":"ERROR"')
  })

  test('forged: 400, and nothing reaches the core', async () => {
    await expectProblem(await deliver(side.event('EVT4'), { forged: true }), 400, 'unauthenticated')
    await expectProblem(await instance.post(side.event('EVT4'), {}), 400, 'unauthenticated')
    expect(core.arrivals).toHaveLength(0)
  })

  test.each(['amount=450', '[]', '{}'])('signed but no event: 400 (%s)', async (body) => {
    const headers = { ...side.headers(body), 'content-type': 'application/octet-stream' }
    await expectProblem(await instance.post(body, headers), 400, 'invalid_request')
    expect(core.arrivals).toHaveLength(0)
  })

  test('not a POST: 405', async () => {
    await expectProblem(await fetch(instance.url, { method: 'GET' }), 405, 'invalid_request')
  })

  test('not configured: 503, and the log names what is missing', async () => {
    const bare = await deploy({ ...base(side), [side.needs]: undefined }, side.name)
    const body = side.event('EVT5')
    await expectProblem(await bare.post(body, side.headers(body)), 503, 'unavailable')
    expect(log.join()).toContain(`NotConfigured: ${side.needs}`)
    await bare.stop()
  })

  test.each([
    ['down', (response) => response.destroy()],
    ['failing', (response) => json(response, 500, {})],
    ['refusing', (response) => json(response, 401, {})],
    ['answering nonsense', (response) => json(response, 200, {})],
  ] as [string, Answer][])(
    'the core is %s: 503, never a 2xx (failure 6: an error answered with 200)',
    async (_, answer) => {
      answers[0] = answer
      await expectProblem(await deliver(side.event('EVT6')), 503, 'unavailable')
    },
  )

  test('the core never answers: 503 within 10 s, before the provider loses its patience', async () => {
    answers[0] = () => {}
    const started = performance.now()
    await expectProblem(await deliver(side.event('EVT7')), 503, 'unavailable')
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('a body is verified as it came, not as it would be written again (failure 19)', async () => {
    const body = `${side.event('EVT9').slice(0, -1)}, "note": "Zo\\u00eb \\/ Zoë 🚗", "n": 1.0, "o": {}, "a": [ ] }\n`
    expect(JSON.stringify(JSON.parse(body))).not.toBe(body)
    expect((await deliver(body)).status).toBe(200)
    expect(core.arrivals.map(({ event }) => event.change)).toMatchObject([
      { kind: 'payment_captured', amountMinor: 450 },
    ])
  })

  test('a body written again by somebody in between is forged (failure 19)', async () => {
    const body = `${side.event('EVT8').slice(0, -1)} }`
    const response = await instance.post(JSON.stringify(JSON.parse(body)), side.headers(body))
    await expectProblem(response, 400, 'unauthenticated')
  })
})

describe('paypalWebhook', () => {
  test('a certificate that cannot be had now: 503, which is no forgery (failure 22)', async () => {
    const instance = await deploy(base(paypal), 'paypalWebhook')
    const body = paypal.event('EVT1')
    await expectProblem(await instance.post(body, paypal.headers(body, { cert: 'CERT-gone' })), 503, 'unavailable')
    expect(core.arrivals).toHaveLength(0)
    await instance.stop()
  })

  test('a certificate of nobody’s from the right address: 400, and an error in the log (failure 20)', async () => {
    const instance = await deploy(base(paypal), 'paypalWebhook')
    const body = paypal.event('EVT1')
    await expectProblem(
      await instance.post(body, paypal.headers(body, { cert: 'CERT-stranger' })),
      400,
      'unauthenticated',
    )
    expect(log.join()).toContain('"severity":"ERROR"')
    expect(core.arrivals).toHaveLength(0)
    await instance.stop()
  })

  test.each<[string, Settings]>([
    ['the id of the simulator', { PAYPAL_WEBHOOK_ID: 'WEBHOOK_ID' }],
    ['a stand-in beside live money', { PAYPAL_ENVIRONMENT: 'live' }],
    ['an environment that is none', { PAYPAL_ENVIRONMENT: 'production' }],
    ['a root of a stand-in without an address', { PAYPAL_TEST_ORIGIN: undefined }],
  ])('with %s it takes nothing in: 503', async (_, wrong) => {
    const instance = await deploy({ ...base(paypal), ...wrong }, 'paypalWebhook')
    const body = paypal.event('EVT1')
    await expectProblem(await instance.post(body, paypal.headers(body)), 503, 'unavailable')
    expect(core.arrivals).toHaveLength(0)
    await instance.stop()
  })
})

describe('a core behind Google IAM', () => {
  /** Tokens as Google's metadata server gives them, to whoever says the flavour. */
  async function metadataServer(status = 200) {
    const asked: string[] = []
    const claims = Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + 3600 })).toString('base64url')
    const server = createServer(({ url, headers }, response) => {
      asked.push(url!)
      response.writeHead(headers['metadata-flavor'] === 'Google' ? status : 403).end(`eyJhbGciOiJub25lIn0.${claims}.x`)
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    return { host, asked, stop: () => new Promise((closed) => server.close(closed)) }
  }
  const audience = 'https://core.run.example'

  test('is shown the identity of the function, kept for an hour, beside the token that holds for one body', async () => {
    const google = await metadataServer()
    const instance = await deploy({ ...base(stripeSide), CORE_AUDIENCE: audience, GCE_METADATA_HOST: google.host })
    for (const id of ['EVT1', 'EVT2']) {
      const body = stripeSide.event(id)
      expect((await instance.post(body, stripeSide.headers(body))).status).toBe(200)
    }
    expect(core.arrivals.map(({ identity }) => identity)).toEqual(
      [1, 2].map(() => expect.stringMatching(/^Bearer eyJ/)),
    )
    expect(google.asked).toEqual([expect.stringContaining(`audience=${encodeURIComponent(audience)}`)])
    await instance.stop()
    await google.stop()
  })

  test('is not asked while Google gives no identity: 503', async () => {
    const google = await metadataServer(500)
    const instance = await deploy({ ...base(stripeSide), CORE_AUDIENCE: audience, GCE_METADATA_HOST: google.host })
    const body = stripeSide.event('EVT1')
    await expectProblem(await instance.post(body, stripeSide.headers(body)), 503, 'unavailable')
    expect(core.arrivals).toHaveLength(0)
    await instance.stop()
    await google.stop()
  })

  test('is off unless it is configured: no identity is asked for or shown', async () => {
    const google = await metadataServer()
    const instance = await deploy({ ...base(stripeSide), GCE_METADATA_HOST: google.host })
    const body = stripeSide.event('EVT1')
    await instance.post(body, stripeSide.headers(body))
    expect(core.arrivals.map(({ identity }) => identity)).toEqual([undefined])
    expect(google.asked).toHaveLength(0)
    await instance.stop()
    await google.stop()
  })
})

import { problem } from '@turnpike/contracts/problem.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keyPair, startCore } from './core.ts'
import { deploy, log, type Settings, signed, webhookSecret } from './deployed-function.ts'
import { checkoutEvent } from './events.ts'

let core: Awaited<ReturnType<typeof startCore>>
let settings: Settings
let stripeWebhook: Awaited<ReturnType<typeof deploy>>

beforeAll(async () => {
  const { publicKey, privateJwk } = await keyPair()
  core = await startCore(publicKey)
  settings = {
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    FORWARD_PRIVATE_JWK: JSON.stringify(privateJwk),
    API_URL: core.url,
  }
  stripeWebhook = await deploy(settings)
})
beforeEach(() => {
  core.arrivals.length = 0
  log.length = 0
})
afterAll(async () => {
  await stripeWebhook.stop()
  await core.stop()
})

/** The row of the table: status and code, as problem+json, with nothing handed to the core. */
async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const body = await response.text()
  expect(problem.parse(JSON.parse(body))).toMatchObject({ status, code })
  expect(body).not.toMatch(/\bat .+:\d+/)
  expect(core.arrivals).toHaveLength(0)
}

describe('forged: 400', () => {
  const body = checkoutEvent()
  const seconds = () => Math.floor(Date.now() / 1000)
  test.each<[string, string, () => Record<string, string>]>([
    ['an altered body', body.replace('"amount_total": 450', '"amount_total": 1'), () => signed(body)],
    ['a body that was parsed and written again', JSON.stringify(JSON.parse(body)), () => signed(body)],
    ['another secret', body, () => signed(body, { secret: 'whsec_other' })],
    ['no signature', body, () => ({})],
    ['a header of noise', body, () => ({ 'stripe-signature': 't=1,v1' })],
    ['a signature older than 300 s', body, () => signed(body, { timestamp: seconds() - 310 })],
    ['a signature from the future', body, () => signed(body, { timestamp: seconds() + 310 })],
    ['no body and no signature', '', () => ({})],
  ])('%s', async (_, sent, headers) => {
    await expectProblem(await stripeWebhook.post(sent, headers()), 400, 'unauthenticated')
    expect(log.join()).not.toContain('driver@example.com')
  })
})

describe('not JSON, or JSON but no event: 400', () => {
  test.each(['amount=450', '{"id":"evt_1"', '"evt_1"', '[]', '[{"id":"evt_1","type":"a"}]', '{}'])(
    '%s',
    async (body) => {
      const headers = { ...signed(body), 'content-type': 'application/octet-stream' }
      await expectProblem(await stripeWebhook.post(body, headers), 400, 'invalid_request')
    },
  )

  test('also where the platform reads JSON before us and answers itself, without a stack trace', async () => {
    const body = '{"id":"evt_1"'
    const response = await stripeWebhook.post(body, signed(body))
    expect(response.status).toBe(400)
    expect(await response.text()).not.toContain('node_modules')
    expect(core.arrivals).toHaveLength(0)
  })
})

test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('method %s: 405, and POST is named', async (method) => {
  const response = await fetch(stripeWebhook.url, { method })
  await expectProblem(response, 405, 'invalid_request')
  expect(response.headers.get('allow')).toBe('POST')
})

describe('not configured: 503, whatever arrives, and the log says what is missing', () => {
  const publicJwk = ({ d, ...rest }: Record<string, unknown>) => rest
  test.each<[string, string, (right: Settings) => Settings]>([
    ['no webhook secret', 'STRIPE_WEBHOOK_SECRET', () => ({ STRIPE_WEBHOOK_SECRET: undefined })],
    ['a blank webhook secret', 'STRIPE_WEBHOOK_SECRET', () => ({ STRIPE_WEBHOOK_SECRET: ' \n' })],
    ['no signing key', 'FORWARD_PRIVATE_JWK', () => ({ FORWARD_PRIVATE_JWK: undefined })],
    ['a signing key that is no JSON', 'FORWARD_PRIVATE_JWK', () => ({ FORWARD_PRIVATE_JWK: 'sesame' })],
    [
      'the public key',
      'FORWARD_PRIVATE_JWK',
      (right) => ({ FORWARD_PRIVATE_JWK: JSON.stringify(publicJwk(JSON.parse(right.FORWARD_PRIVATE_JWK!))) }),
    ],
    [
      'a signing key without a kid',
      'FORWARD_PRIVATE_JWK',
      (right) => ({ FORWARD_PRIVATE_JWK: right.FORWARD_PRIVATE_JWK!.replace('"kid"', '"kit"') }),
    ],
    [
      'a shared secret as signing key',
      'FORWARD_PRIVATE_JWK',
      () => ({ FORWARD_PRIVATE_JWK: '{"kty":"oct","k":"c2VzYW1l","kid":"1","alg":"HS256"}' }),
    ],
    ['no address of the core', 'API_URL', () => ({ API_URL: undefined })],
    ['an address that is none', 'API_URL', () => ({ API_URL: 'api.park.example' })],
  ])('%s', async (_, name, wrong) => {
    const instance = await deploy({ ...settings, ...wrong(settings) })
    const body = checkoutEvent()
    await expectProblem(await instance.post(body, signed(body)), 503, 'unavailable')
    await expectProblem(await instance.post(body, {}), 503, 'unavailable')
    expect(log.join()).toContain(`NotConfigured: ${name}`)
    expect(log.join()).not.toContain('sesame')
    await instance.stop()
  })

  test('everything that is missing is named at once', async () => {
    const instance = await deploy({})
    expect((await instance.post('{}', {})).status).toBe(503)
    for (const name of ['STRIPE_WEBHOOK_SECRET', 'FORWARD_PRIVATE_JWK', 'API_URL']) expect(log.join()).toContain(name)
    await instance.stop()
  })
})

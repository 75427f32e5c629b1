import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { paymentEventResult } from '@turnpike/contracts/payment-event.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, applied, json, keyPair, startCore } from './core.ts'
import { deploy, log, signed, webhookSecret } from './deployed-function.ts'
import { capture, checkoutEvent } from './events.ts'

const answers: Answer[] = [applied]
let core: Awaited<ReturnType<typeof startCore>>
let stripeWebhook: Awaited<ReturnType<typeof deploy>>

beforeAll(async () => {
  const { publicKey, privateJwk } = await keyPair()
  core = await startCore(publicKey, answers)
  stripeWebhook = await deploy({
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    FORWARD_PRIVATE_JWK: JSON.stringify(privateJwk),
    API_URL: `${core.url}/`,
  })
})
beforeEach(() => {
  core.arrivals.length = 0
  log.length = 0
  answers.splice(0, answers.length, applied)
})
afterAll(async () => {
  await stripeWebhook.stop()
  await core.stop()
})

describe('a paid checkout', () => {
  test('reaches the core in our words, and Stripe gets the receipt', async () => {
    const body = checkoutEvent()
    const response = await stripeWebhook.post(body, signed(body))

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ eventId: capture.eventId, eventType: capture.eventType, result: 'applied' })
    expect(core.arrivals.map(({ event }) => event)).toEqual([capture])
  })

  test.each(paymentEventResult.options)('is answered with the result of the core: %s', async (result) => {
    answers[0] = (response, { event }) => json(response, 200, { eventId: event.eventId, result })
    const body = checkoutEvent()
    const response = await stripeWebhook.post(body, signed(body))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ result })
  })

  test('is accepted when its signature is one of several, as while a secret is rolled', async () => {
    const body = checkoutEvent()
    const [stamp, good] = signed(body)['stripe-signature']!.split(',')
    const [, retired] = signed(body, { secret: 'whsec_retired' })['stripe-signature']!.split(',')
    const response = await stripeWebhook.post(body, { 'stripe-signature': `${stamp},${retired},${good}` })
    expect(response.status).toBe(200)
  })

  test('is accepted with any text in it, byte for byte', async () => {
    const body = checkoutEvent({ customer_details: { name: 'Zoë Ünal 🚗 \u2028 "\\/" नमस्ते', email: null } })
    expect((await stripeWebhook.post(body, signed(body))).status).toBe(200)
    expect(core.arrivals.map(({ event }) => event)).toEqual([capture])
  })

  test('is accepted at 5 MB, and only what we understood of it travels on', async () => {
    const body = checkoutEvent({ custom_text: { after_submit: { message: 'ä'.repeat(2_500_000) } } })
    expect((await stripeWebhook.post(body, signed(body))).status).toBe(200)
    expect(core.arrivals.map(({ event }) => event)).toEqual([capture])
  })

  test('without a quote of ours is reported too: the core parks it', async () => {
    const body = checkoutEvent({ client_reference_id: null })
    expect((await stripeWebhook.post(body, signed(body))).status).toBe(200)
    expect(core.arrivals[0]!.event.change).toMatchObject({ kind: 'payment_captured', reference: null })
  })
})

test('a checkout whose money comes later is pending, then captured', async () => {
  const first = checkoutEvent({ payment_status: 'unpaid' })
  const second = checkoutEvent({}, { id: 'evt_later', type: 'checkout.session.async_payment_succeeded' })
  for (const body of [first, second]) expect((await stripeWebhook.post(body, signed(body))).status).toBe(200)
  expect(core.arrivals.map(({ event }) => event.change.kind)).toEqual(['payment_pending', 'payment_captured'])
})

describe('the token', () => {
  test('names its key and lives for a minute at most', async () => {
    const body = checkoutEvent()
    await stripeWebhook.post(body, signed(body))
    const { claims, header } = core.arrivals[0]!
    expect(header).toMatchObject({ alg: 'EdDSA', kid: 'key-of-this-test' })
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(60)
    expect(Math.abs(claims.iat - Date.now() / 1000)).toBeLessThan(10)
  })

  test('is never used twice: not for the same event again, not for a second attempt', async () => {
    answers.splice(
      0,
      1,
      (response) => response.destroy(),
      (response) => json(response, 503, {}),
      applied,
    )
    const body = checkoutEvent()
    expect((await stripeWebhook.post(body, signed(body))).status).toBe(200)
    expect((await stripeWebhook.post(body, signed(body))).status).toBe(200)
    expect(core.arrivals).toHaveLength(4)
    expect(new Set(core.arrivals.map(({ claims }) => claims.jti)).size).toBe(4)
  })

  test('may be signed with ES256', async () => {
    const { publicKey, privateJwk } = await keyPair('ES256')
    const other = await startCore(publicKey)
    const instance = await deploy({
      STRIPE_WEBHOOK_SECRET: ` ${webhookSecret}\n`,
      FORWARD_PRIVATE_JWK: JSON.stringify(privateJwk),
      API_URL: other.url,
    })
    const body = checkoutEvent()
    expect((await instance.post(body, signed(body))).status).toBe(200)
    expect(other.arrivals[0]!.header.alg).toBe('ES256')
    await instance.stop()
    await other.stop()
  })
})

test('a checkout of a shape we do not know is quarantined: stored without what it holds, with an error in the log', async () => {
  answers[0] = (response, { event }) => json(response, 200, { eventId: event.eventId, result: 'parked' })
  const body = checkoutEvent({ amount_total: null, customer_details: { email: 'driver@example.com' } })
  const response = await stripeWebhook.post(body, signed(body))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ result: 'parked' })
  expect(core.arrivals.map(({ event }) => event.change)).toEqual([
    { kind: 'not_understood', reason: expect.stringContaining('amount_total') },
  ])
  expect(log).toEqual([expect.stringMatching(/"severity":"ERROR".*amount_total/)])
  expect(log.join()).not.toContain('driver@example.com')
})

describe('an event that means nothing to us', () => {
  test.each([
    ['of another type', checkoutEvent({}, { type: 'customer.created' })],
    ['of a type nobody knows yet', checkoutEvent({}, { type: 'barrier.opened' })],
    ['about a checkout without money', checkoutEvent({ payment_status: 'no_payment_required', amount_total: 0 })],
    ['about a card that was only kept', checkoutEvent({ mode: 'setup', payment_intent: null })],
  ])('%s is stored as ignored, so that it can be counted', async (_, body) => {
    answers[0] = (response, { event }) => json(response, 200, { eventId: event.eventId, result: 'ignored' })
    const response = await stripeWebhook.post(body, signed(body))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      eventId: capture.eventId,
      eventType: JSON.parse(body).type,
      result: 'ignored',
    })
    expect(core.arrivals.map(({ event }) => event.change.kind)).toEqual(['ignored'])
  })
})

const genuine = join(import.meta.dirname, '../../../shared/fixtures/stripe/events-2020-shape')
describe.runIf(existsSync(genuine))('of the genuine events of Stripe', () => {
  test('each is taken, and only the completed checkout is a capture', async () => {
    for (const name of readdirSync(genuine)) {
      const body = readFileSync(join(genuine, name), 'utf8')
      expect((await stripeWebhook.post(body, signed(body))).status, name).toBe(200)
    }
    const money = core.arrivals.map(({ event }) => event.change).filter(({ kind }) => kind === 'payment_captured')
    expect(money).toMatchObject([{ amountMinor: 999, currency: 'EUR' }])
    expect(core.arrivals).toHaveLength(readdirSync(genuine).length)
  })
})

test('the log says which event and what became of it, and nothing about who paid', async () => {
  const body = checkoutEvent()
  await stripeWebhook.post(body, signed(body))
  const lines = log.join('\n')
  expect(lines).toContain(capture.eventId)
  expect(lines).toContain('applied')
  for (const secret of ['driver@example.com', 'Zoë', 'quote-7f3a', webhookSecret, 'eyJ'])
    expect(lines).not.toContain(secret)
})

import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { click, startMerchant, stripeAt } from './merchant.ts'

let merchant: Awaited<ReturnType<typeof startMerchant>>
let stripe: Stripe
beforeAll(async () => {
  merchant = await startMerchant()
  stripe = stripeAt(merchant.provider.url)
})
afterAll(() => merchant.stop())

type Parameters = Stripe.Checkout.SessionCreateParams

function parking(changes: Partial<Parameters> = {}, unitAmount = 450): Parameters {
  const product = { name: 'Parking & more' }
  return {
    mode: 'payment',
    line_items: [{ quantity: 2, price_data: { currency: 'eur', unit_amount: unitAmount, product_data: product } }],
    success_url: 'https://park.example/done',
    ...changes,
  }
}

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow

/** The error that the official library makes of the answer. */
async function refused(request: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await request.then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Stripe.errors.StripeError)
  return error as Stripe.errors.StripeError
}

test('a session carries what it was given, is open and unpaid, and has a page', async () => {
  const given = parking({
    client_reference_id: 'quote-1',
    metadata: { quoteId: 'quote-1', note: 'a=b&c [1]' },
    expires_at: seconds(3600),
  })
  const session = await stripe.checkout.sessions.create(given)
  expect(session).toMatchObject({
    object: 'checkout.session',
    status: 'open',
    payment_status: 'unpaid',
    payment_intent: null,
    amount_total: 900,
    currency: 'eur',
    client_reference_id: 'quote-1',
    metadata: { quoteId: 'quote-1', note: 'a=b&c [1]' },
    expires_at: given.expires_at,
    url: `${merchant.provider.url}/c/pay/${session.id}`,
  })
  expect(await stripe.checkout.sessions.retrieve(session.id)).toEqual(session)
})

describe('an idempotency key', () => {
  test('with the same request gives the same session, even once it was paid', async () => {
    const first = await stripe.checkout.sessions.create(parking(), { idempotencyKey: 'key-1' })
    await click(first.url!, 'pay')
    const again = await stripe.checkout.sessions.create(parking(), { idempotencyKey: 'key-1' })
    expect(again).toEqual(first)
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
  })

  test('with another request is refused', async () => {
    await stripe.checkout.sessions.create(parking(), { idempotencyKey: 'key-2' })
    const error = await refused(stripe.checkout.sessions.create(parking({}, 451), { idempotencyKey: 'key-2' }))
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
    expect(error.statusCode).toBe(400)
  })

  test('of a refused request is free again', async () => {
    await refused(stripe.checkout.sessions.create(parking({}, 1), { idempotencyKey: 'key-3' }))
    await stripe.checkout.sessions.create(parking(), { idempotencyKey: 'key-3' })
  })
})

describe('refused as Stripe refuses', () => {
  test.each<[string, Record<string, unknown>, { code?: string; param?: string }]>([
    ['an unknown parameter', { plate: 'B-TX 1' }, { code: 'parameter_unknown', param: 'plate' }],
    [
      'an unknown parameter inside another',
      {
        line_items: [
          { quantity: 1, price_data: { currency: 'eur', unit_amount: 100, product_data: { name: 'P', plate: 'B' } } },
        ],
      },
      { code: 'parameter_unknown', param: 'line_items[0][price_data][product_data][plate]' },
    ],
    ['no success_url', { success_url: undefined }, { code: 'parameter_missing', param: 'success_url' }],
    ['no line items', { line_items: undefined }, { code: 'parameter_missing', param: 'line_items' }],
    ['a page that is no URL', { success_url: 'done' }, { code: 'url_invalid', param: 'success_url' }],
    [
      'an amount that is no integer',
      { line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 4.5, product_data: { name: 'P' } } }] },
      { code: 'parameter_invalid_integer', param: 'line_items[0][price_data][unit_amount]' },
    ],
    ['a subscription to something that is paid once', { mode: 'subscription' }, { param: 'line_items' }],
    ['an end in less than 30 minutes', { expires_at: seconds(29 * 60) }, { param: 'expires_at' }],
    ['an end in more than 24 hours', { expires_at: seconds(25 * 3600) }, { param: 'expires_at' }],
  ])('%s', async (_, changes, expected) => {
    const error = await refused(stripe.checkout.sessions.create(parking(changes as Partial<Parameters>)))
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
    expect(error).toMatchObject({ statusCode: 400, ...expected })
  })

  test('less than the least sum', async () => {
    expect(await refused(stripe.checkout.sessions.create(parking({}, 24)))).toMatchObject({ code: 'amount_too_small' })
  })

  test.each(['sk_live_1', 'whatever'])('the key %s', async (key) => {
    const error = await refused(stripeAt(merchant.provider.url, key).checkout.sessions.create(parking()))
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
  })

  test('no key', async () => {
    const response = await fetch(`${merchant.provider.url}/v1/checkout/sessions`, { method: 'POST' })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })

  test('a session that is not there', async () => {
    expect(await refused(stripe.checkout.sessions.retrieve('cs_test_0'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    })
    expect(await refused(stripe.checkout.sessions.expire('cs_test_0'))).toMatchObject({ statusCode: 404 })
  })

  test('what Stripe can do and the stand-in cannot', async () => {
    expect(await refused(stripe.payouts.create({ amount: 1, currency: 'eur' }))).toMatchObject({ statusCode: 404 })
  })
})

describe('expiring', () => {
  test('closes an open session and tells the merchant', async () => {
    const { id } = await stripe.checkout.sessions.create(parking())
    const before = merchant.deliveries.length
    expect(await stripe.checkout.sessions.expire(id)).toMatchObject({ id, status: 'expired', url: null })
    await merchant.delivered(before + 1)
    expect(JSON.parse(merchant.deliveries.at(-1)!.body.toString())).toMatchObject({
      type: 'checkout.session.expired',
      data: { object: { id } },
    })
  })

  test('comes too late for a paid one', async () => {
    const session = await stripe.checkout.sessions.create(parking())
    await click(session.url!, 'pay')
    const error = await refused(stripe.checkout.sessions.expire(session.id))
    expect(error.message).toContain('`complete`')
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
    })
  })
})

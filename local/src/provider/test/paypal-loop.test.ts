import { paypalProvider, paypalWebhook } from '@turnpike/providers/paypal/paypal.ts'
import type { PaymentProvider, PaymentWebhook } from '@turnpike/providers/provider.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { client, control, startMerchant, webhookId } from './merchant.ts'
import { paypalAt, press } from './paypal-client.ts'

/* Our own PayPal code against the stand-in, as the core and the function use it. */

let merchant: Awaited<ReturnType<typeof startMerchant>>
let url: string
let provider: PaymentProvider
let webhook: PaymentWebhook
beforeAll(async () => {
  merchant = await startMerchant()
  url = merchant.provider.url
  const environment = 'sandbox'
  provider = paypalProvider({ environment, clientId: client.id, clientSecret: client.secret, apiUrl: url })
  webhook = paypalWebhook({ environment, webhookId, test: { origin: url, rootPem: merchant.chain.root } })
})
beforeEach(() => {
  merchant.deliveries.length = 0
})
afterAll(() => merchant.stop())

const pages = { successUrl: 'https://park.example/pay/1?done', cancelUrl: 'https://park.example/pay/1' }

function begin(quoteId: string, amountMinor = 1050, currency = 'EUR') {
  const description = 'Parking, Central Garage'
  return provider.createCheckout({
    quoteId,
    amountMinor,
    currency,
    description,
    ...pages,
    idempotencyKey: `key-${quoteId}`,
  })
}

async function told(type: string) {
  await merchant.toldOf(type)
  const { body, headers } = merchant.deliveryOf(type)
  return webhook.normalise(await webhook.verify(body, headers, new Date()))
}

test.each([
  ['EUR', 1050],
  ['JPY', 500],
  ['HUF', 45_000],
])(
  'a checkout over %s %i is approved, its money taken, and the signed webhook says that this quote got exactly this sum',
  async (currency, amountMinor) => {
    const quoteId = `quote-${currency}`
    const checkout = await begin(quoteId, amountMinor, currency)
    await press(checkout.redirectUrl, 'balance')
    expect((await told('CHECKOUT.ORDER.APPROVED')).change).toMatchObject({
      kind: 'object_changed',
      objectId: checkout.providerObjectId,
    })
    const captured = { kind: 'payment_captured', reference: quoteId, amountMinor, currency }
    const state = await provider.fetchState('checkout', checkout.providerObjectId)
    expect(state).toMatchObject({ kind: 'facts', changes: [captured] })
    expect((await told('PAYMENT.CAPTURE.COMPLETED')).change).toMatchObject(captured)
    expect(await provider.fetchState('checkout', checkout.providerObjectId)).toEqual(state)
  },
)

test('a checkout that we closed is never captured, though the buyer approves it', async () => {
  const { providerObjectId, redirectUrl } = await begin('quote-closed')
  expect(await provider.expireCheckout(providerObjectId)).toBe(true)
  await press(redirectUrl, 'balance')
  expect(await provider.fetchState('checkout', providerObjectId)).toMatchObject({
    changes: [{ kind: 'payment_failed' }],
  })
  expect(merchant.told('PAYMENT.CAPTURE.COMPLETED')).toEqual([])
})

test('money that is taken while its order is closed is its quote’s, as told and as fetched', async () => {
  const { providerObjectId, redirectUrl } = await begin('quote-closed-late')
  await press(redirectUrl, 'balance')
  // Whoever takes the money has seen the order before it was closed.
  expect(await provider.expireCheckout(providerObjectId)).toBe(true)
  const { status, body } = await (await paypalAt(url))('POST', `/v2/checkout/orders/${providerObjectId}/capture`)
  expect(status).toBe(201)
  const captured = { kind: 'payment_captured', reference: 'quote-closed-late' }
  expect((await told('PAYMENT.CAPTURE.COMPLETED')).change).toMatchObject(captured)
  const { id } = body.purchase_units[0].payments.captures[0]
  for (const state of [
    await provider.fetchState('checkout', providerObjectId),
    await provider.fetchState('payment', id),
  ])
    expect(state).toMatchObject({ kind: 'facts', changes: [captured] })
})

test('a bank that declines is a payment that failed; an eCheck is pending until it clears', async () => {
  const declined = await begin('quote-declined')
  await press(declined.redirectUrl, 'declined')
  expect(await provider.fetchState('checkout', declined.providerObjectId)).toMatchObject({
    changes: [{ kind: 'payment_failed', reference: 'quote-declined' }],
  })
  const later = await begin('quote-later')
  await press(later.redirectUrl, 'echeck')
  expect(await provider.fetchState('checkout', later.providerObjectId)).toMatchObject({
    changes: [{ kind: 'payment_pending', reference: 'quote-later' }],
  })
  const { resource } = await merchant.toldOf('PAYMENT.CAPTURE.PENDING')
  await control(url, 'paypal/settle', { capture: resource.id, outcome: 'COMPLETED' })
  expect((await told('PAYMENT.CAPTURE.COMPLETED')).change).toMatchObject({
    kind: 'payment_captured',
    factId: resource.id,
  })
})

test('a refund asked twice with one key is one refund, and is told of', async () => {
  const { providerObjectId, redirectUrl } = await begin('quote-refund')
  await press(redirectUrl, 'balance')
  await provider.fetchState('checkout', providerObjectId)
  const { resource } = await merchant.toldOf('PAYMENT.CAPTURE.COMPLETED')
  const key = { idempotencyKey: 'refund-1', askedSince: null }
  const request = { paymentFactId: resource.id as string, amountMinor: 400, currency: 'EUR', ...key }
  const first = await provider.refund(request)
  expect(first).toMatchObject({ kind: 'payment_refunded', state: 'succeeded', amountMinor: 400 })
  expect(await provider.refund({ ...request, askedSince: new Date() })).toEqual(first)
  expect(merchant.told('PAYMENT.CAPTURE.REFUNDED')).toHaveLength(1)
  expect((await told('PAYMENT.CAPTURE.REFUNDED')).change).toMatchObject({
    paymentFactId: resource.id,
    amountMinor: 400,
  })
})

test('a subscription lives: agreed to, renewed, paused, resumed, cancelled with the period that is paid', async () => {
  const { providerObjectId: id, redirectUrl } = await subscribe('subscription-1')
  expect(await provider.fetchState('subscription', id)).toMatchObject({
    status: 'incomplete',
    reference: 'subscription-1',
  })
  await press(redirectUrl, 'agree')
  expect(await provider.fetchState('subscription', id)).toMatchObject({ status: 'active', cancelAtPeriodEnd: false })
  expect((await told('PAYMENT.SALE.COMPLETED')).change).toMatchObject({
    kind: 'payment_captured',
    subscriptionObjectId: id,
    amountMinor: 8900,
  })
  await provider.changeSubscription(id, 'pause', 'key-1')
  expect(await provider.fetchState('subscription', id)).toMatchObject({ status: 'paused' })
  await provider.changeSubscription(id, 'resume', 'key-2')
  await control(url, 'paypal/renew', { subscription: id, outcome: 'failed' })
  expect(await provider.fetchState('subscription', id)).toMatchObject({ status: 'past_due' })
  await control(url, 'paypal/renew', { subscription: id, outcome: 'completed' })
  await provider.changeSubscription(id, 'cancel_at_period_end', 'key-3')
  const ended = await provider.fetchState('subscription', id)
  expect(ended).toMatchObject({ status: 'cancelled', cancelAtPeriodEnd: true, currentPeriodEnd: expect.any(Date) })
})

/** Asks for 89.00 a month. */
function subscribe(subscriptionId: string) {
  return provider.createSubscriptionCheckout({
    subscriptionId,
    amountMinor: 8900,
    currency: 'EUR',
    description: 'Residents',
    period: { every: 1, unit: 'month' },
    trialDays: 0,
    email: 'holder@example.com',
    ...pages,
    idempotencyKey: subscriptionId,
  })
}

/** A period that PayPal took 89.00 for: a sale of its older API. */
async function paidPeriod(subscriptionId: string): Promise<string> {
  const { redirectUrl } = await subscribe(subscriptionId)
  await press(redirectUrl, 'agree')
  return (await merchant.toldOf('PAYMENT.SALE.COMPLETED')).resource.id
}

async function paidOrder(quoteId: string): Promise<string> {
  const { providerObjectId, redirectUrl } = await begin(quoteId, 8900)
  await press(redirectUrl, 'balance')
  await provider.fetchState('checkout', providerObjectId)
  return (await merchant.toldOf('PAYMENT.CAPTURE.COMPLETED')).resource.id
}

test.each([
  ['a capture', paidOrder, 'PAYMENT.CAPTURE.REFUNDED'],
  ['a sale', paidPeriod, 'PAYMENT.SALE.REFUNDED'],
])(
  'a refund of %s that is asked for again when PayPal has forgotten its key is not made twice',
  async (what, paid, type) => {
    const paymentFactId = await paid(`forgotten ${what}`)
    const request = { paymentFactId, amountMinor: 400, currency: 'EUR' }
    const days = (count: number) => new Date(Date.now() - count * 24 * 60 * 60_000)
    // To PayPal, a key that it has forgotten is one that it never saw.
    const again = (askedSince: Date, key: string) =>
      provider.refund({ ...request, idempotencyKey: `${what} ${key}`, askedSince })
    expect(await again(days(46), 'never made')).toMatchObject({
      kind: 'payment_refunded',
      paymentFactId,
      amountMinor: 400,
    })
    expect(await again(days(1), 'never made')).toMatchObject({ kind: 'payment_refunded', amountMinor: 400 })
    await expect(again(days(46), 'forgotten')).rejects.toMatchObject({
      name: 'ProviderRefused',
      code: 'may_be_refunded',
    })
    expect(merchant.told(type)).toHaveLength(1)
  },
)

test('whatever was lost on the way is listed, in our words', async () => {
  const since = new Date()
  await control(url, 'paypal/faults', { drop: 1 })
  const { providerObjectId, redirectUrl } = await begin('quote-lost')
  await press(redirectUrl, 'balance')
  await control(url, 'paypal/faults', { drop: 0 })
  expect(merchant.deliveries).toEqual([])
  const listed = []
  for await (const event of provider.eventsSince(since)) listed.push(event)
  expect(listed).toMatchObject([
    { eventType: 'CHECKOUT.ORDER.APPROVED', change: { kind: 'object_changed', objectId: providerObjectId } },
  ])
})

test('a refund that PayPal is slow at is asked for again with its key, and made once', async () => {
  const quoteId = 'quote-slow-refund'
  const { redirectUrl, providerObjectId } = await begin(quoteId)
  await press(redirectUrl, 'balance')
  await provider.fetchState('checkout', providerObjectId)
  const { change } = await told('PAYMENT.CAPTURE.COMPLETED')
  const paymentFactId = (change as { factId: string }).factId
  const refund = () =>
    provider.refund({
      paymentFactId,
      amountMinor: 400,
      currency: 'EUR',
      idempotencyKey: 'refund-slow',
      askedSince: null,
    })
  await control(url, 'paypal/faults', { api: 'slow' })
  await expect(refund()).rejects.toMatchObject({ name: 'ProviderUnavailable', message: expect.stringContaining('409') })
  await control(url, 'paypal/faults', { api: 'works' })
  expect(await refund()).toMatchObject({ state: 'succeeded', amountMinor: 400 })
  expect(merchant.told('PAYMENT.CAPTURE.REFUNDED')).toHaveLength(1)
})

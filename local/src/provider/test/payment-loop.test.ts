import { stripeProvider, stripeWebhook } from '@turnpike/providers/stripe/stripe.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { click, control, startMerchant, webhookSecret } from './merchant.ts'

let merchant: Awaited<ReturnType<typeof startMerchant>>
beforeAll(async () => {
  merchant = await startMerchant()
})
beforeEach(() => {
  merchant.deliveries.length = 0
})
afterAll(() => merchant.stop())

const webhook = stripeWebhook({ webhookSecret })

/** Begins a checkout as the core does. */
function begin(amountMinor: number, currency: string, quoteId = `quote-${currency}-${amountMinor}`) {
  return stripeProvider({ secretKey: 'sk_test_1', apiUrl: merchant.provider.url }).createCheckout({
    quoteId,
    amountMinor,
    currency,
    description: 'Parking, Central Garage',
    successUrl: 'https://park.example/pay/1?checkout={CHECKOUT_SESSION_ID}',
    cancelUrl: 'https://park.example/pay/1',
    idempotencyKey: `checkout-${quoteId}`,
    expiresAt: new Date(Date.now() + 15 * 60_000),
  })
}

describe.each([
  ['EUR', 450],
  ['JPY', 500],
  ['KWD', 5120],
  ['ISK', 5],
  ['MGA', 500_000],
])('a checkout of our provider code over %s %i', (currency, amountMinor) => {
  test('is paid on the page, and the signed webhook says that this quote got exactly this sum', async () => {
    const checkout = await begin(amountMinor, currency)
    const paid = await click(checkout.redirectUrl, 'pay')
    expect(paid.status).toBe(303)
    expect(paid.headers.get('location')).toBe(`https://park.example/pay/1?checkout=${checkout.providerObjectId}`)

    expect(merchant.told('checkout.session.completed')).toHaveLength(1)
    const { body, headers } = merchant.deliveryOf('checkout.session.completed')
    const event = webhook.normalise(await webhook.verify(body, headers, new Date()))
    expect(event).toMatchObject({
      eventType: 'checkout.session.completed',
      change: { kind: 'payment_captured', reference: `quote-${currency}-${amountMinor}`, amountMinor, currency },
    })
  })
})

test('the same checkout begun twice is one page, so that a driver who pressed twice pays once', async () => {
  const [first, second] = await Promise.all([begin(450, 'EUR', 'quote-twice'), begin(450, 'EUR', 'quote-twice')])
  expect(second).toEqual(first)
})

test('a webhook of a stand-in with another secret does not verify', async () => {
  await click((await begin(450, 'EUR', 'quote-forged')).redirectUrl, 'pay')
  const { body, headers } = merchant.deliveryOf('checkout.session.completed')
  await expect(stripeWebhook({ webhookSecret: 'whsec_other' }).verify(body, headers, new Date())).rejects.toThrow()
})

test('a period of a subscription is paid by a payment that names it, asked for by invoice and by payment', async () => {
  const provider = stripeProvider({ secretKey: 'sk_test_1', apiUrl: merchant.provider.url })
  const { redirectUrl } = await provider.createSubscriptionCheckout({
    subscriptionId: 'subscription-1',
    amountMinor: 8900,
    currency: 'EUR',
    description: 'Residents',
    period: { every: 1, unit: 'month' },
    trialDays: 0,
    email: 'holder@example.com',
    successUrl: 'https://park.example/subscribed/1',
    cancelUrl: 'https://park.example/plans',
    idempotencyKey: 'subscription-1',
  })
  await click(redirectUrl, 'pay')
  const invoice = (await merchant.toldOf('invoice.paid')).data.object
  const intent = (await merchant.toldOf('payment_intent.succeeded')).data.object
  const subscriptionObjectId = invoice.parent.subscription_details.subscription
  const paid = {
    kind: 'payment_captured',
    factId: intent.id,
    subscriptionObjectId,
    reference: 'subscription-1',
    amountMinor: 8900,
  }
  expect(await provider.fetchState('invoice', invoice.id)).toMatchObject({ kind: 'facts', changes: [paid] })
  expect(await provider.fetchState('payment', intent.id)).toMatchObject({ kind: 'facts', changes: [paid] })
  expect(await provider.fetchState('subscription', subscriptionObjectId)).toMatchObject({
    status: 'active',
    reference: 'subscription-1',
  })
  await provider.changeSubscription(subscriptionObjectId, 'cancel_at_period_end', 'key-1')
  expect(await provider.fetchState('subscription', subscriptionObjectId)).toMatchObject({ cancelAtPeriodEnd: true })
  await provider.changeSubscription(subscriptionObjectId, 'pause', 'key-2')
  await provider.changeSubscription(subscriptionObjectId, 'keep', 'key-3')
  const paused = { cancelAtPeriodEnd: false, collectionPaused: true }
  expect(await provider.fetchState('subscription', subscriptionObjectId)).toMatchObject(paused)
  await provider.changeSubscription(subscriptionObjectId, 'cancel_at_period_end', 'key-4')
  await provider.changeSubscription(subscriptionObjectId, 'resume', 'key-5')
  const cancelled = { cancelAtPeriodEnd: true, collectionPaused: false }
  expect(await provider.fetchState('subscription', subscriptionObjectId)).toMatchObject(cancelled)
  expect(await provider.createPortalLink!(subscriptionObjectId, 'https://park.example/manage')).toMatch(
    /\/p\/session\//,
  )
})

test('a refund that Stripe is slow at is asked for again with its key, and made once', async () => {
  const { url } = merchant.provider
  await click((await begin(450, 'EUR', 'quote-slow-refund')).redirectUrl, 'pay')
  const paymentFactId = (await merchant.toldOf('payment_intent.succeeded')).data.object.id
  const provider = stripeProvider({ secretKey: 'sk_test_1', apiUrl: url })
  const refund = () =>
    provider.refund({
      paymentFactId,
      amountMinor: 400,
      currency: 'EUR',
      idempotencyKey: 'refund-slow',
      askedSince: null,
    })
  await control(url, 'stripe/faults', { api: 'slow' })
  await expect(refund()).rejects.toMatchObject({ name: 'ProviderUnavailable', message: expect.stringContaining('Key') })
  await control(url, 'stripe/faults', { api: 'works' })
  expect(await refund()).toMatchObject({ state: 'succeeded', amountMinor: 400 })
  expect(merchant.told('refund.created')).toHaveLength(1)
})

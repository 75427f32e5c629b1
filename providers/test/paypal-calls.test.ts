import { afterEach, describe, expect, test } from 'vitest'
import { ProviderRefused, ProviderUnavailable } from '../src/errors.ts'
import { paypalProvider } from '../src/paypal/paypal.ts'
import { httpServer, type Received, type Reply, routes } from './http-server.ts'
import {
  at,
  capture,
  dispute,
  event,
  order,
  paidOrder,
  refund,
  sale,
  saleRefund,
  subscription,
} from './paypal-events.ts'
import { complaints, isDescribed } from './paypal-openapi.ts'

const ok = (body: unknown, status = 200): Reply => ({ status, body })
const done: Reply = { status: 204 }
const refusal = (issue: string, status = 422): Reply => ({
  status,
  body: { name: 'UNPROCESSABLE_ENTITY', message: 'no', debug_id: '1', details: [{ issue }] },
})
const missing: Reply = { status: 404, body: { name: 'RESOURCE_NOT_FOUND', message: 'no', debug_id: '1' } }
const token = ok({ access_token: 'token-1', token_type: 'Bearer', expires_in: 32_400 })

const calls: { request: Received; reply: Reply }[] = []
afterEach(() => {
  const found = calls.splice(0).map(({ request, reply }) => complaints(request, reply))
  if (isDescribed) expect(found.filter((complaint) => complaint !== 'elsewhere').flat()).toEqual([])
})

async function paypal(table: Record<string, Reply | Reply[]>) {
  const answer = routes({ 'POST /v1/oauth2/token': token, ...table }, missing)
  const server = await httpServer(async (request, response) => {
    const reply = await answer(request, response)
    if (reply !== 'hang') calls.push({ request, reply })
    return reply
  })
  const provider = paypalProvider({
    environment: 'sandbox',
    clientId: 'id-1',
    clientSecret: 'secret-1',
    apiUrl: server.url,
  })
  const asked = () => server.received.slice(1).map(({ method, url }) => `${method} ${url.pathname}`)
  const sent = (index: number) => JSON.parse(server.received[index + 1]!.body)
  const ids = () => server.received.slice(1).map(({ headers }) => headers['paypal-request-id'])
  return { provider, ...server, asked, sent, ids }
}

const request = {
  quoteId: 'quote-7f3a',
  amountMinor: 450,
  currency: 'EUR',
  description: 'Parking, Central Garage',
  successUrl: 'https://park.example/pay/quote-7f3a?done=1',
  cancelUrl: 'https://park.example/pay/quote-7f3a',
  idempotencyKey: 'checkout-quote-7f3a',
}
const page = { rel: 'payer-action', href: 'https://www.paypal.com/checkoutnow?token=1', method: 'GET' }
const orders = '/v2/checkout/orders'
const one = `${orders}/${order.id}`
const begun = ok({ id: order.id, status: 'PAYER_ACTION_REQUIRED', links: [page] }, 201)

describe('a checkout', () => {
  test('tells PayPal the quote id, the sum and a description, and nothing else about the stay', async () => {
    const { provider, sent, ids, received } = await paypal({ [`POST ${orders}`]: begun })
    expect(await provider.createCheckout(request)).toEqual({ redirectUrl: page.href, providerObjectId: order.id })
    expect(sent(0)).toEqual({
      intent: 'CAPTURE',
      purchase_units: [
        {
          reference_id: 'default',
          custom_id: 'quote-7f3a',
          invoice_id: 'quote-7f3a',
          description: 'Parking, Central Garage',
          amount: { currency_code: 'EUR', value: '4.50' },
        },
      ],
      payment_source: {
        paypal: {
          experience_context: {
            user_action: 'PAY_NOW',
            shipping_preference: 'NO_SHIPPING',
            return_url: request.successUrl,
            cancel_url: request.cancelUrl,
          },
        },
      },
    })
    expect(ids()).toEqual(['checkout-quote-7f3a'])
    expect(received[0]).toMatchObject({ body: 'grant_type=client_credentials' })
    expect(received[0]!.headers.authorization).toBe(`Basic ${Buffer.from('id-1:secret-1').toString('base64')}`)
    expect(received[1]!.headers.authorization).toBe('Bearer token-1')
  })

  test('whose answer was lost is asked for again with the same id (failure 18: retried into three charges)', async () => {
    const { provider, ids } = await paypal({ [`POST ${orders}`]: [{ status: 503, body: {} }, begun] })
    expect((await provider.createCheckout(request)).providerObjectId).toBe(order.id)
    expect(ids()).toEqual([request.idempotencyKey, request.idempotencyKey])
  })

  test('without a page to pay on is unavailable', async () => {
    const { provider } = await paypal({ [`POST ${orders}`]: ok({ id: order.id, links: [] }, 201) })
    await expect(provider.createCheckout(request)).rejects.toThrow(ProviderUnavailable)
  })

  test('over a sum that PayPal cannot charge is refused before anything is sent', async () => {
    const { provider, received } = await paypal({})
    const wanted = { ...request, amountMinor: 104550, currency: 'HUF' }
    await expect(provider.createCheckout(wanted)).rejects.toThrow(ProviderRefused)
    expect(received).toHaveLength(0)
  })

  test('that PayPal refuses is refused with its reason, and not asked for again', async () => {
    const { provider, asked } = await paypal({ [`POST ${orders}`]: refusal('CURRENCY_NOT_SUPPORTED') })
    await expect(provider.createCheckout(request)).rejects.toMatchObject({
      name: 'ProviderRefused',
      code: 'CURRENCY_NOT_SUPPORTED',
    })
    expect(asked()).toHaveLength(1)
  })
})

describe('when PayPal', () => {
  test('gives a token, all calls use it', async () => {
    const { provider, received } = await paypal({ [`POST ${orders}`]: begun })
    await Promise.all([1, 2, 3].map(() => provider.createCheckout(request)))
    await provider.createCheckout(request)
    expect(received.filter(({ url }) => url.pathname === '/v1/oauth2/token')).toHaveLength(1)
  })
  test('takes a token back, a new one is asked for once', async () => {
    const { provider, received } = await paypal({ [`POST ${orders}`]: [{ status: 401, body: {} }, begun] })
    expect((await provider.createCheckout(request)).providerObjectId).toBe(order.id)
    expect(received.filter(({ url }) => url.pathname === '/v1/oauth2/token')).toHaveLength(2)
  })
  test.each<[string, Record<string, Reply | Reply[]>]>([
    ['turns our key away', { 'POST /v1/oauth2/token': { status: 401, body: {} } }],
    ['fails', { [`POST ${orders}`]: { status: 500, body: {} } }],
    ['sends us elsewhere', { [`POST ${orders}`]: { status: 302, headers: { location: 'https://evil.example' } } }],
    ['answers with a page', { [`POST ${orders}`]: { status: 200, body: '<html>Welcome</html>' } }],
    ['forbids it', { [`POST ${orders}`]: { status: 403, body: {} } }],
  ])('%s, it is unavailable', async (_, table) => {
    const { provider } = await paypal(table)
    await expect(provider.createCheckout(request)).rejects.toThrow(ProviderUnavailable)
    calls.length = 0
  })
  test('gave no token once, the next call asks again', async () => {
    const { provider } = await paypal({
      'POST /v1/oauth2/token': [{ status: 503, body: {} }, { status: 503, body: {} }, token],
      [`POST ${orders}`]: begun,
    })
    await expect(provider.createCheckout(request)).rejects.toThrow(ProviderUnavailable)
    expect((await provider.createCheckout(request)).providerObjectId).toBe(order.id)
  })
  test('never answers, we give up within 10 s', async () => {
    const server = await httpServer(() => 'hang')
    const provider = paypalProvider({ environment: 'sandbox', clientId: 'a', clientSecret: 'b', apiUrl: server.url })
    const started = performance.now()
    await expect(provider.createCheckout(request)).rejects.toThrow(ProviderUnavailable)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

const captured = {
  kind: 'payment_captured',
  factId: capture.id,
  reference: 'quote-7f3a',
  subscriptionObjectId: null,
  amountMinor: 450,
  currency: 'EUR',
  capturedAt: at,
}
const facts = (...changes: unknown[]) => ({ kind: 'facts', changes })
const ended = (kind: string) => facts({ kind, objectId: order.id, reference: 'quote-7f3a' })
const withStatus = (status: string, custom_id = 'quote-7f3a') => ({
  ...order,
  status,
  purchase_units: [{ ...order.purchase_units[0], custom_id }],
})

describe('what a checkout is now', () => {
  test('approved: its money is taken, once however often it is asked (failure 16: the webhook races the return)', async () => {
    const { provider, asked, ids } = await paypal({
      [`GET ${one}`]: ok(order),
      [`POST ${one}/capture`]: ok(paidOrder, 201),
    })
    const both = await Promise.all([
      provider.fetchState('checkout', order.id),
      provider.fetchState('checkout', order.id),
    ])
    expect(both).toEqual([facts(captured), facts(captured)])
    expect(asked().sort()).toEqual([`GET ${one}`, `GET ${one}`, `POST ${one}/capture`, `POST ${one}/capture`])
    expect(new Set(ids().filter(Boolean))).toEqual(new Set([`capture-${order.id}`]))
  })
  test('captured already: the order is fetched, and that is success (failure 17: ORDER_ALREADY_CAPTURED)', async () => {
    const { provider } = await paypal({
      [`GET ${one}`]: [ok(order), ok(paidOrder)],
      [`POST ${one}/capture`]: refusal('ORDER_ALREADY_CAPTURED'),
    })
    expect(await provider.fetchState('checkout', order.id)).toEqual(facts(captured))
  })
  test.each(['DUPLICATE_INVOICE_ID', 'INSTRUMENT_DECLINED'])(
    'refused with %s: failed, no money moved',
    async (issue) => {
      const { provider } = await paypal({ [`GET ${one}`]: ok(order), [`POST ${one}/capture`]: refusal(issue) })
      expect(await provider.fetchState('checkout', order.id)).toEqual(ended('payment_failed'))
    },
  )
  test('refused with a word that we do not know: an error, never an end', async () => {
    const { provider } = await paypal({ [`GET ${one}`]: ok(order), [`POST ${one}/capture`]: refusal('SOMETHING_NEW') })
    await expect(provider.fetchState('checkout', order.id)).rejects.toThrow(ProviderRefused)
  })
  test.each<[string, unknown, unknown]>([
    ['not approved yet: nothing', withStatus('PAYER_ACTION_REQUIRED'), facts()],
    ['voided: failed', withStatus('VOIDED'), ended('payment_failed')],
    [
      'approved after we had closed it: failed, and no money is taken',
      withStatus('APPROVED', 'closed:quote-7f3a'),
      ended('payment_failed'),
    ],
    ['completed: its capture', paidOrder, facts(captured)],
    [
      'completed without a capture: not understood',
      withStatus('COMPLETED'),
      facts({ kind: 'not_understood', reason: expect.stringContaining('payments') }),
    ],
  ])('%s', async (_, found, state) => {
    const { provider, asked } = await paypal({ [`GET ${one}`]: ok(found) })
    expect(await provider.fetchState('checkout', order.id)).toEqual(state)
    expect(asked()).toEqual([`GET ${one}`])
  })
  test('unknown to PayPal: undefined', async () => {
    const { provider } = await paypal({})
    expect(await provider.fetchState('checkout', order.id)).toBeUndefined()
  })
})

describe('closing a checkout', () => {
  test('marks the order, so that its money is never taken', async () => {
    const { provider, sent } = await paypal({ [`GET ${one}`]: ok(withStatus('CREATED')), [`PATCH ${one}`]: done })
    expect(await provider.expireCheckout(order.id)).toBe(true)
    expect(sent(1)).toEqual([
      { op: 'replace', path: "/purchase_units/@reference_id=='default'/custom_id", value: 'closed:quote-7f3a' },
    ])
  })
  test.each<[string, unknown, boolean]>([
    ['was paid', paidOrder, false],
    ['was voided', withStatus('VOIDED'), true],
    ['is closed already', withStatus('CREATED', 'closed:quote-7f3a'), true],
  ])('that %s changes nothing', async (_, found, closed) => {
    const { provider, asked } = await paypal({ [`GET ${one}`]: ok(found) })
    expect(await provider.expireCheckout(order.id)).toBe(closed)
    expect(asked()).toEqual([`GET ${one}`])
  })
  test('that is being paid at this moment says so', async () => {
    const { provider } = await paypal({
      [`GET ${one}`]: ok(order),
      [`PATCH ${one}`]: refusal('ORDER_ALREADY_COMPLETED'),
    })
    expect(await provider.expireCheckout(order.id)).toBe(false)
  })
})

describe('a subscription', () => {
  const path = `/v1/billing/subscriptions/${subscription.id}`
  const wanted = {
    subscriptionId: 'subscription-1',
    amountMinor: 4900,
    currency: 'EUR',
    description: 'Monthly parking',
    period: { every: 3, unit: 'month' as const },
    trialDays: 14,
    email: 'holder@example.com',
    successUrl: 'https://park.example/done',
    cancelUrl: 'https://park.example/back',
    idempotencyKey: 'buy-1',
  }
  const approve = {
    rel: 'approve',
    href: 'https://www.paypal.com/webapps/billing/subscriptions?ba_token=1',
    method: 'GET',
  }
  const shop = {
    'POST /v1/billing/plans': ok({ id: subscription.plan_id, status: 'ACTIVE' }, 201),
    'POST /v1/billing/subscriptions': ok({ id: subscription.id, status: 'APPROVAL_PENDING', links: [approve] }, 201),
  }

  test('is sold with a plan of its terms: trial, then the price every period', async () => {
    const { provider, sent, ids } = await paypal({
      ...shop,
      'POST /v1/catalogs/products': ok({ id: 'TURNPIKE-PARKING' }, 201),
    })
    expect(await provider.createSubscriptionCheckout(wanted)).toEqual({
      redirectUrl: approve.href,
      providerObjectId: subscription.id,
    })
    expect(sent(1)).toEqual({
      product_id: 'TURNPIKE-PARKING',
      name: 'Monthly parking',
      billing_cycles: [
        { tenure_type: 'TRIAL', sequence: 1, total_cycles: 1, frequency: { interval_unit: 'DAY', interval_count: 14 } },
        {
          tenure_type: 'REGULAR',
          sequence: 2,
          total_cycles: 0,
          frequency: { interval_unit: 'MONTH', interval_count: 3 },
          pricing_scheme: { fixed_price: { currency_code: 'EUR', value: '49.00' } },
        },
      ],
      payment_preferences: { auto_bill_outstanding: true, payment_failure_threshold: 2 },
    })
    expect(sent(2)).toMatchObject({
      plan_id: subscription.plan_id,
      custom_id: 'subscription-1',
      subscriber: { email_address: 'holder@example.com' },
    })
    expect(ids()[2]).toBe('buy-1')
  })
  test('is sold also when the product was made by somebody before, and without a trial', async () => {
    const { provider, sent } = await paypal({
      ...shop,
      'POST /v1/catalogs/products': refusal('DUPLICATE_RESOURCE_IDENTIFIER'),
    })
    await provider.createSubscriptionCheckout({ ...wanted, trialDays: 0 })
    expect(sent(1).billing_cycles).toEqual([expect.objectContaining({ tenure_type: 'REGULAR', sequence: 1 })])
  })
  test('of the same terms has the same plan, of other terms another', async () => {
    const { provider, ids } = await paypal({
      ...shop,
      'POST /v1/catalogs/products': ok({ id: 'TURNPIKE-PARKING' }, 201),
    })
    for (const terms of [{}, { subscriptionId: 'subscription-2', idempotencyKey: 'buy-2' }, { amountMinor: 5900 }])
      await provider.createSubscriptionCheckout({ ...wanted, ...terms })
    const [first, second, third] = [ids()[1], ids()[4], ids()[7]]
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  const info = subscription.billing_info
  const ended = { ...info, next_billing_time: undefined }
  const trialPlan = {
    billing_cycles: [
      { tenure_type: 'TRIAL', sequence: 1, total_cycles: 1, frequency: { interval_unit: 'DAY', interval_count: 14 } },
      ...subscription.plan.billing_cycles,
    ],
  }
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'active',
      {},
      {
        kind: 'subscription',
        objectId: subscription.id,
        reference: 'subscription-1',
        status: 'active',
        collectionPaused: false,
        currentPeriodEnd: new Date('2026-11-30T10:00:00Z'),
        cancelAtPeriodEnd: false,
        endedAt: null,
        price: { amountMinor: 4900, currency: 'EUR', period: { every: 1, unit: 'month' } },
      },
    ],
    ['bought twice over: nothing that one plan costs', { quantity: '2' }, { status: 'active', price: null }],
    [
      'cancelled with a payment that failed: the next attempt is not the end of what was paid',
      { status: 'CANCELLED', billing_info: { ...info, failed_payments_count: 1, last_payment: undefined } },
      { status: 'cancelled', cancelAtPeriodEnd: true, currentPeriodEnd: null },
    ],
    [
      'not approved',
      { status: 'APPROVAL_PENDING', billing_info: undefined },
      { status: 'incomplete', currentPeriodEnd: null },
    ],
    [
      'on trial',
      { plan: trialPlan, billing_info: { ...info, last_payment: undefined, cycle_executions: [] } },
      { status: 'trialing' },
    ],
    ['not paid for', { billing_info: { ...info, failed_payments_count: 1 } }, { status: 'past_due' }],
    ['paused', { status: 'SUSPENDED' }, { status: 'paused' }],
    ['given up on', { status: 'SUSPENDED', billing_info: { ...info, failed_payments_count: 2 } }, { status: 'unpaid' }],
    [
      'cancelled by the holder: holds to the end of what was paid, a month after the 31st',
      { status: 'CANCELLED', billing_info: ended },
      {
        status: 'cancelled',
        cancelAtPeriodEnd: true,
        currentPeriodEnd: new Date('2026-11-30T10:00:00Z'),
        endedAt: new Date(at),
      },
    ],
    [
      'cancelled at once by us: holds no longer',
      { status: 'CANCELLED', status_change_note: 'Ends now', billing_info: ended },
      { status: 'cancelled', cancelAtPeriodEnd: false },
    ],
    [
      'cancelled during its trial: holds to the end of the trial',
      {
        status: 'CANCELLED',
        plan: trialPlan,
        billing_info: { ...ended, last_payment: undefined, cycle_executions: [] },
      },
      { cancelAtPeriodEnd: true, currentPeriodEnd: new Date('2026-11-17T10:00:00Z') },
    ],
    ['expired', { status: 'EXPIRED', billing_info: ended }, { status: 'cancelled', cancelAtPeriodEnd: false }],
  ])('%s', async (_, changes, expected) => {
    const { provider, received } = await paypal({ [`GET ${path}`]: ok({ ...subscription, ...changes }) })
    expect(await provider.fetchState('subscription', subscription.id)).toMatchObject(expected)
    expect(received[1]!.url.search).toBe('?fields=plan')
  })
  test('in a state that we do not know is not understood, never active', async () => {
    const { provider } = await paypal({ [`GET ${path}`]: ok({ ...subscription, status: 'DORMANT' }) })
    expect(await provider.fetchState('subscription', subscription.id)).toMatchObject({
      changes: [{ kind: 'not_understood' }],
    })
    calls.length = 0
  })
  test('is what its checkout is, once it is begun', async () => {
    const { provider } = await paypal({ [`GET ${path}`]: ok(subscription) })
    expect(await provider.fetchState('checkout', subscription.id)).toMatchObject({ kind: 'subscription' })
    expect(await provider.expireCheckout(subscription.id)).toBe(false)
  })

  test.each([
    ['cancel_now' as const, 'cancel', 'Ends now'],
    ['cancel_at_period_end' as const, 'cancel', 'Ends with the paid period'],
    ['pause' as const, 'suspend', 'Paused'],
    ['resume' as const, 'activate', 'Resumed'],
  ])('%s is one call', async (action, verb, reason) => {
    const { provider, asked, sent } = await paypal({ [`POST ${path}/${verb}`]: done })
    await provider.changeSubscription(subscription.id, action, 'change-1')
    expect(asked()).toEqual([`POST ${path}/${verb}`])
    expect(sent(0)).toEqual({ reason })
  })
  test('that was cancelled before the answer came is cancelled: a repeat is no error', async () => {
    const { provider } = await paypal({
      [`POST ${path}/cancel`]: refusal('SUBSCRIPTION_STATUS_INVALID'),
      [`GET ${path}`]: ok({ ...subscription, status: 'CANCELLED' }),
    })
    await expect(provider.changeSubscription(subscription.id, 'cancel_now', 'change-1')).resolves.toBeUndefined()
    await expect(provider.changeSubscription(subscription.id, 'resume', 'change-2')).rejects.toThrow(ProviderRefused)
  })
  test('that was cancelled is so for good: keeping it is refused, and resumes nothing', async () => {
    const { provider, received } = await paypal({})
    await expect(provider.changeSubscription(subscription.id, 'keep', 'change-1')).rejects.toThrow(ProviderRefused)
    expect(received).toHaveLength(0)
  })
  test('has no page at PayPal where its holder manages it', async () => {
    const { provider } = await paypal({})
    expect(provider.createPortalLink).toBeUndefined()
  })
})

describe('a refund', () => {
  const wanted = {
    paymentFactId: capture.id,
    amountMinor: 99,
    currency: 'EUR',
    idempotencyKey: 'refund-1',
    askedSince: null,
  }
  test('of a capture is answered as the fact that its event will tell', async () => {
    const { provider, sent, ids } = await paypal({
      [`POST /v2/payments/captures/${capture.id}/refund`]: ok(refund, 201),
    })
    expect(await provider.refund(wanted)).toEqual({
      kind: 'payment_refunded',
      factId: refund.id,
      state: 'succeeded',
      paymentFactId: capture.id,
      amountMinor: 99,
      currency: 'EUR',
      occurredAt: at,
    })
    expect(sent(0)).toEqual({ amount: { currency_code: 'EUR', value: '0.99' } })
    expect(ids()).toEqual(['refund-1'])
  })
  test('of a renewal goes to the sale that it was', async () => {
    const { provider, sent } = await paypal({
      [`POST /v1/payments/sale/${sale.id}/refund`]: ok({ ...saleRefund, amount: { total: '10.00', currency: 'EUR' } }),
    })
    const made = await provider.refund({ ...wanted, paymentFactId: sale.id, amountMinor: 1000 })
    expect(made).toMatchObject({ factId: saleRefund.id, paymentFactId: sale.id, amountMinor: 1000 })
    expect(sent(1)).toEqual({ amount: { total: '10.00', currency: 'EUR' } })
  })
  test('of more than is left is refused with the reason of PayPal', async () => {
    const { provider } = await paypal({
      [`POST /v2/payments/captures/${capture.id}/refund`]: refusal('REFUND_AMOUNT_EXCEEDED'),
    })
    await expect(provider.refund(wanted)).rejects.toMatchObject({ code: 'REFUND_AMOUNT_EXCEEDED' })
  })
  test('that PayPal is still at is not refused: it is asked for again later, with the same id', async () => {
    const { provider } = await paypal({
      [`POST /v2/payments/captures/${capture.id}/refund`]: refusal('PREVIOUS_REQUEST_IN_PROGRESS', 409),
    })
    await expect(provider.refund(wanted)).rejects.toThrow(ProviderUnavailable)
  })
})

describe('what is fetched by its id', () => {
  test.each<[string, 'payment' | 'refund' | 'dispute', string, string, unknown, Record<string, unknown>]>([
    ['a capture', 'payment', capture.id, `/v2/payments/captures/${capture.id}`, capture, captured],
    ['a sale', 'payment', sale.id, `/v1/payments/sale/${sale.id}`, sale, { subscriptionObjectId: subscription.id }],
    [
      'a refund',
      'refund',
      refund.id,
      `/v2/payments/refunds/${refund.id}`,
      refund,
      { factId: refund.id, amountMinor: 99 },
    ],
    [
      'a refund of a sale',
      'refund',
      saleRefund.id,
      `/v1/payments/refund/${saleRefund.id}`,
      saleRefund,
      { paymentFactId: sale.id, amountMinor: 1000 },
    ],
    [
      'a dispute',
      'dispute',
      dispute.dispute_id,
      `/v1/customer/disputes/${dispute.dispute_id}`,
      dispute,
      { state: 'open' },
    ],
  ])('%s is the fact that its event tells', async (_, kind, id, path, found, expected) => {
    const { provider } = await paypal({ [`GET ${path}`]: ok(found) })
    expect(await provider.fetchState(kind, id)).toMatchObject({ kind: 'facts', changes: [expected] })
  })
  test.each(['payment', 'refund', 'dispute', 'subscription', 'invoice'] as const)(
    'an unknown %s is undefined',
    async (kind) => {
      const { provider } = await paypal({})
      expect(await provider.fetchState(kind, 'UNKNOWN')).toBeUndefined()
    },
  )
  test('a refund of a sale that names no sale is not understood, rather than asked for for ever', async () => {
    const { sale_id, ...nameless } = saleRefund
    const { provider } = await paypal({ [`GET /v1/payments/refund/${saleRefund.id}`]: ok(nameless) })
    expect(await provider.fetchState('refund', saleRefund.id)).toMatchObject({ changes: [{ kind: 'not_understood' }] })
  })
  test('an id can lead nowhere else', async () => {
    const { provider, received } = await paypal({})
    await provider.fetchState('payment', '../../v1/billing?x=1')
    expect(received[1]!.url.href).toContain('/v2/payments/captures/..%2F..%2Fv1%2Fbilling%3Fx%3D1')
    calls.length = 0
  })
})

describe('the events since then', () => {
  const listed = (id: string, create_time: string, type = 'PAYMENT.CAPTURE.COMPLETED') => ({
    ...event(type, { ...capture, id: `C${id}` }, id).body,
    create_time,
  })
  test('come oldest first through all pages, without those that have no effect (failure 14: never backfilled)', async () => {
    const next = {
      rel: 'next',
      href: 'https://api.paypal.com/v1/notifications/webhooks-events?page_size=100&start_time=2',
      method: 'GET',
    }
    const { provider, received } = await paypal({
      'GET /v1/notifications/webhooks-events': [
        ok({
          events: [listed('3', '2026-11-03T12:00:00Z'), listed('X', '2026-11-03T11:30:00Z', 'A.B')],
          count: 2,
          links: [next],
        }),
        ok({ events: [listed('2', '2026-11-03T11:00:00Z'), listed('1', '2026-11-03T10:00:00Z')], count: 2, links: [] }),
      ],
    })
    const found = []
    for await (const one of provider.eventsSince(new Date('2026-11-03T09:00:00Z'))) found.push(one)
    expect(found.map(({ eventId }) => eventId)).toEqual(['1', '2', '3'])
    expect(found[0]!.change).toMatchObject({ kind: 'payment_captured', factId: 'C1' })
    expect(received.slice(1).map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { start_time: '2026-11-03T09:00:00.000Z', page_size: '100' },
      { start_time: '2', page_size: '100' },
    ])
  })
  test('end in an error when a page cannot be had: half a list is never taken for the whole (failure 14)', async () => {
    const { provider } = await paypal({ 'GET /v1/notifications/webhooks-events': { status: 500, body: {} } })
    const read = async () => {
      for await (const _ of provider.eventsSince(new Date(0))) throw new Error('gave an event')
    }
    await expect(read()).rejects.toThrow(ProviderUnavailable)
  })
})

describe('does not start', () => {
  test.each([
    ['without a client id', { clientId: ' ' }, 'client id and secret'],
    ['without a secret', { clientSecret: '' }, 'client id and secret'],
    [
      'with live money and another address',
      { environment: 'live' as const, apiUrl: 'http://127.0.0.1:1' },
      'live money',
    ],
  ])('%s', (_, changes, message) => {
    const config = { environment: 'sandbox' as const, clientId: 'a', clientSecret: 'b', ...changes }
    expect(() => paypalProvider(config)).toThrow(message)
  })
})

describe.runIf(isDescribed)('the description of PayPal', () => {
  const sent = (method: string, path: string, body: unknown, headers: Record<string, string> = {}): Received => {
    return { method, url: new URL(path, 'http://here'), headers, body: JSON.stringify(body) }
  }
  const refundPath = '/v2/payments/captures/3C679366HH908993F/refund'
  test.each<[string, Received]>([
    ['a misspelt field', sent('POST', refundPath, { ammount: { currency_code: 'EUR', value: '0.99' } })],
    ['a misspelt field deep inside', sent('POST', refundPath, { amount: { currency: 'EUR', value: '0.99' } })],
    ['a number for a sum', sent('POST', refundPath, { amount: { currency_code: 'EUR', value: 0.99 } })],
    ['an unknown parameter', sent('POST', `${refundPath}?force=true`, {})],
    [
      'a header that the call has not',
      sent('POST', '/v1/billing/subscriptions/I-1/cancel', { reason: 'x' }, { prefer: 'x' }),
    ],
    ['an unknown path', sent('POST', '/v2/payments/captures/3C679366HH908993F/return', {})],
    ['an unknown method', sent('PATCH', refundPath, [])],
  ])('tells %s', (_, request) => {
    expect(complaints(request, ok(refund, 201))).not.toEqual([])
    expect(complaints(request, ok(refund, 201))).not.toBe('elsewhere')
  })
  test('tells an answer that PayPal would not give', () => {
    const request = sent('POST', refundPath, {})
    expect(complaints(request, ok(refund, 201))).toEqual([])
    expect(complaints(request, ok({ ...refund, status: 'DONE' }, 201))).not.toEqual([])
  })
})

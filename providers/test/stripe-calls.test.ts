import { describe, expect, test } from 'vitest'
import { ProviderRefused, ProviderUnavailable } from '../src/errors.ts'
import { stripeProvider } from '../src/stripe/stripe.ts'
import completed from './fixtures/checkout-session-completed.json' with { type: 'json' }
import { httpServer, type Reply, routes } from './http-server.ts'
import {
  at,
  created,
  dispute,
  intent,
  invoice,
  invoicePayment,
  oldSubscription,
  refund,
  snapshot,
  subscription,
} from './stripe-events.ts'

const ok = (body: unknown): Reply => ({ status: 200, body })
const list = (data: unknown[], has_more = false) => ok({ object: 'list', data, has_more, url: '/v1/any' })
const refusal = (code: string, status = 400): Reply => ({
  status,
  body: { error: { type: 'invalid_request_error', code, message: 'no' } },
})
const missing = refusal('resource_missing', 404)

async function stripe(table: Record<string, Reply | Reply[]>) {
  const server = await httpServer(routes(table, missing))
  const asked = () => server.received.map(({ method, url }) => `${method} ${url.pathname}`)
  const form = (index: number) => Object.fromEntries(new URLSearchParams(server.received[index]!.body))
  const keys = () => server.received.map(({ headers }) => headers['idempotency-key'])
  return { provider: stripeProvider({ secretKey: 'sk_test_1', apiUrl: server.url }), ...server, asked, form, keys }
}

const charge = { id: 'ch_1', object: 'charge', created: created - 60, balance_transaction: { id: 'txn_1', created } }
const session = {
  ...completed.data.object,
  id: 'cs_1',
  status: 'complete',
  payment_intent: { ...intent, latest_charge: charge },
}
const captured = {
  kind: 'payment_captured',
  factId: 'pi_1',
  reference: 'quote-7f3a',
  subscriptionObjectId: null,
  amountMinor: 450,
  currency: 'EUR',
  capturedAt: at,
}
const facts = (...changes: unknown[]) => ({ kind: 'facts', changes })
const ended = (kind: string) => facts({ kind, objectId: 'cs_1', reference: 'quote-7f3a' })

test('a subscription is sold by a checkout that carries our id into the subscription, and its trial', async () => {
  const { provider, form, keys } = await stripe({
    'POST /v1/checkout/sessions': ok({ id: 'cs_1', url: 'https://pay.example/1' }),
  })
  const checkout = await provider.createSubscriptionCheckout({
    subscriptionId: 'subscription-1',
    amountMinor: 4900,
    currency: 'EUR',
    description: 'Monthly parking',
    period: { every: 3, unit: 'month' },
    trialDays: 14,
    email: 'holder@example.com',
    successUrl: 'https://park.example/done',
    cancelUrl: 'https://park.example/back',
    idempotencyKey: 'buy-1',
  })
  expect(checkout).toEqual({ redirectUrl: 'https://pay.example/1', providerObjectId: 'cs_1' })
  expect(keys()).toEqual(['buy-1'])
  expect(form(0)).toEqual({
    mode: 'subscription',
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': '4900',
    'line_items[0][price_data][product_data][name]': 'Monthly parking',
    'line_items[0][price_data][recurring][interval]': 'month',
    'line_items[0][price_data][recurring][interval_count]': '3',
    client_reference_id: 'subscription-1',
    customer_email: 'holder@example.com',
    'metadata[subscriptionId]': 'subscription-1',
    'subscription_data[metadata][subscriptionId]': 'subscription-1',
    'subscription_data[trial_period_days]': '14',
    'adaptive_pricing[enabled]': 'false',
    success_url: 'https://park.example/done',
    cancel_url: 'https://park.example/back',
  })
})

describe('closing a checkout', () => {
  const expire = 'POST /v1/checkout/sessions/cs_1/expire'
  const refused = refusal('checkout_session_not_open')
  test('closes it', async () => {
    const { provider } = await stripe({ [expire]: ok({ id: 'cs_1', status: 'expired' }) })
    expect(await provider.expireCheckout('cs_1')).toBe(true)
  })
  test.each([
    ['complete', false],
    ['expired', true],
  ])('that is %s already tells so: %s', async (status, closed) => {
    const { provider } = await stripe({
      [expire]: refused,
      'GET /v1/checkout/sessions/cs_1': ok({ id: 'cs_1', status }),
    })
    expect(await provider.expireCheckout('cs_1')).toBe(closed)
  })
})

describe('what a checkout is now', () => {
  const fetched = async (body: unknown) => {
    const { provider } = await stripe({ 'GET /v1/checkout/sessions/cs_1': ok(body) })
    return provider.fetchState('checkout', 'cs_1')
  }
  test('paid: the capture, at the time its money arrived', async () => {
    expect(await fetched(session)).toEqual(facts(captured))
  })
  test.each<[string, Record<string, unknown>, unknown]>([
    ['open: nothing yet', { status: 'open', payment_status: 'unpaid', payment_intent: null }, facts()],
    ['expired: failed', { status: 'expired', payment_status: 'unpaid', payment_intent: null }, ended('payment_failed')],
    [
      'unpaid while the bank works on it: pending (failure 9)',
      { payment_status: 'unpaid', payment_intent: { ...intent, status: 'processing', latest_charge: charge } },
      ended('payment_pending'),
    ],
    [
      'unpaid once the bank has refused: failed (failure 9)',
      {
        payment_status: 'unpaid',
        payment_intent: { ...intent, status: 'requires_payment_method', latest_charge: null },
      },
      ended('payment_failed'),
    ],
    [
      'paid without a charge: not understood',
      { payment_intent: { ...intent, latest_charge: null } },
      facts({ kind: 'not_understood', reason: expect.stringContaining('latest_charge') }),
    ],
  ])('%s', async (_, changes, state) => {
    expect(await fetched({ ...session, ...changes })).toEqual(state)
  })
  test('of a subscription: the subscription', async () => {
    const bought = { ...session, mode: 'subscription', payment_intent: null, subscription }
    expect(await fetched(bought)).toMatchObject({ kind: 'subscription', objectId: 'sub_1' })
  })
  test('unknown to Stripe: undefined', async () => {
    const { provider } = await stripe({})
    expect(await provider.fetchState('checkout', 'cs_other')).toBeUndefined()
  })
})

describe('what a subscription is now', () => {
  const state = async (body: unknown) => {
    const { provider } = await stripe({ 'GET /v1/subscriptions/sub_1': ok(body) })
    return provider.fetchState('subscription', 'sub_1')
  }
  const periodEnd = new Date((created + 2_592_000) * 1000)
  const active = {
    kind: 'subscription',
    objectId: 'sub_1',
    reference: 'subscription-1',
    status: 'active',
    collectionPaused: false,
    currentPeriodEnd: periodEnd,
    cancelAtPeriodEnd: false,
    endedAt: null,
    price: { amountMinor: 4900, currency: 'EUR', period: { every: 1, unit: 'month' } },
  }
  const [item] = subscription.items.data
  test.each<[string, Record<string, unknown>[]]>([
    ['two items', [item!, item!]],
    ['two pieces', [{ ...item, quantity: 2 }]],
    ['a price by the day', [{ ...item, price: { ...item!.price, recurring: { interval: 'day', interval_count: 1 } } }]],
    ['a price in tiers', [{ ...item, price: { ...item!.price, unit_amount: null } }]],
    ['no price', [{ ...item, price: undefined }]],
  ])('with %s costs what no plan of ours could cost, and is understood all the same', async (_, data) => {
    expect(await state({ ...subscription, items: { data } })).toEqual({ ...active, price: null })
  })
  test('is the same in the shape of 2020 and of today (failure 10: the period end silently null)', async () => {
    expect(await state(subscription)).toEqual(active)
    expect(await state(oldSubscription)).toEqual(active)
  })
  test('without a period end in either place is not understood (failure 10)', async () => {
    expect(await state({ ...subscription, items: { data: [{ id: 'si_1' }] } })).toEqual(
      facts({ kind: 'not_understood', reason: expect.stringContaining('current_period_end') }),
    )
  })
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['on trial', { status: 'trialing' }, { status: 'trialing' }],
    ['not paid for', { status: 'past_due' }, { status: 'past_due' }],
    ['given up on', { status: 'unpaid' }, { status: 'unpaid' }],
    ['never paid', { status: 'incomplete_expired' }, { status: 'cancelled' }],
    ['paused on demand, the first kind', { status: 'paused' }, { status: 'paused', collectionPaused: false }],
    [
      'paused by pause_collection, the second kind',
      { pause_collection: { behavior: 'void', resumes_at: null } },
      { status: 'active', collectionPaused: true },
    ],
    ['cancelled at the period end', { cancel_at_period_end: true }, { status: 'active', cancelAtPeriodEnd: true }],
    [
      'cancelled at a date in the period, as the portal does',
      { cancel_at: created + 1000 },
      { cancelAtPeriodEnd: true, currentPeriodEnd: new Date((created + 1000) * 1000) },
    ],
    ['cancelled at a date in a later period', { cancel_at: created + 9_000_000 }, { cancelAtPeriodEnd: false }],
    [
      'ended: at once, whatever was set for the period end',
      { status: 'canceled', cancel_at_period_end: true, ended_at: created },
      { status: 'cancelled', cancelAtPeriodEnd: false, endedAt: new Date(created * 1000) },
    ],
  ])('%s', async (_, changes, expected) => {
    expect(await state({ ...subscription, ...changes })).toMatchObject(expected)
  })
  test('in a state that we do not know is not understood, never active', async () => {
    expect(await state({ ...subscription, status: 'dormant' })).toMatchObject({ kind: 'facts' })
  })
})

describe('what an invoice is now', () => {
  const period = {
    ...captured,
    factId: 'pi_9',
    reference: 'subscription-1',
    subscriptionObjectId: 'sub_1',
    amountMinor: 4900,
  }
  const fetched = async (payments: unknown[]) => {
    const { provider, received } = await stripe({
      'GET /v1/invoices/in_1': ok(invoice),
      'GET /v1/invoice_payments': list(payments),
    })
    const state = await provider.fetchState('invoice', 'in_1')
    expect(Object.fromEntries(received[1]!.url.searchParams)).toEqual({ invoice: 'in_1', status: 'paid', limit: '100' })
    return state
  }
  test('is the capture of each payment, keyed by the payment intent that a refund will name', async () => {
    expect(await fetched([invoicePayment])).toEqual(facts(period))
  })
  test('is nothing where nothing was paid, as at the begin of a trial', async () => {
    expect(await fetched([])).toEqual(facts())
  })
  test('paid outside of Stripe is not understood', async () => {
    const heard = { ...invoicePayment, payment: { type: 'payment_record', payment_record: 'pr_1' } }
    expect(await fetched([heard])).toMatchObject({ changes: [{ kind: 'not_understood' }] })
  })
})

describe('what a payment is now', () => {
  const paid = { ...intent, latest_charge: charge }
  const refunded = {
    kind: 'payment_refunded',
    factId: 're_1',
    state: 'succeeded',
    paymentFactId: 'pi_1',
    amountMinor: 120,
    currency: 'EUR',
    occurredAt: at,
  }
  const back = { 'GET /v1/refunds': list([refund, { ...refund, id: 're_2' }]) }

  test('is its capture with every refund of it', async () => {
    const { provider, received } = await stripe({ 'GET /v1/payment_intents/pi_1': ok(paid), ...back })
    expect(await provider.fetchState('payment', 'pi_1')).toEqual(
      facts(captured, refunded, { ...refunded, factId: 're_2' }),
    )
    for (const { url } of received.slice(1)) expect(url.searchParams.get('payment_intent')).toBe('pi_1')
  })
  test('is found by a charge of it, as a thin event names it', async () => {
    const { provider } = await stripe({
      'GET /v1/charges/ch_1': ok({ ...charge, payment_intent: 'pi_1' }),
      'GET /v1/payment_intents/pi_1': ok(paid),
      'GET /v1/refunds': list([]),
    })
    expect(await provider.fetchState('payment', 'ch_1')).toEqual(facts(captured))
  })
  test('of a subscription says of which', async () => {
    const { provider, received } = await stripe({
      'GET /v1/payment_intents/pi_1': ok({ ...paid, metadata: {} }),
      'GET /v1/refunds': list([]),
      'GET /v1/invoice_payments': list([{ ...invoicePayment, invoice }]),
    })
    const ofPeriod = { ...captured, reference: 'subscription-1', subscriptionObjectId: 'sub_1' }
    expect(await provider.fetchState('payment', 'pi_1')).toEqual(facts(ofPeriod))
    expect(received.at(-1)!.url.searchParams.get('payment[payment_intent]')).toBe('pi_1')
  })
  test.each([
    ['in a shape that we do not know', { ...invoice, parent: { subscription_details: { subscription: 7 } } }],
    ['that does not say what it is of', { id: 'in_1', object: 'invoice' }],
  ])('of an invoice %s is not understood, and never nobody’s', async (_, strange) => {
    const { provider } = await stripe({
      'GET /v1/payment_intents/pi_1': ok({ ...paid, metadata: {} }),
      'GET /v1/refunds': list([refund]),
      'GET /v1/invoice_payments': list([{ ...invoicePayment, invoice: strange }]),
    })
    const notUnderstood = { kind: 'not_understood', reason: expect.stringContaining('parent') }
    expect(await provider.fetchState('payment', 'pi_1')).toEqual(facts(notUnderstood, refunded))
  })
  test('of neither is reported without a reference: somebody paid (failure 15)', async () => {
    const { provider } = await stripe({
      'GET /v1/payment_intents/pi_1': ok({ ...paid, metadata: {} }),
      'GET /v1/refunds': list([]),
      'GET /v1/invoice_payments': list([]),
    })
    expect(await provider.fetchState('payment', 'pi_1')).toEqual(facts({ ...captured, reference: null }))
  })
  test('that did not succeed is no capture', async () => {
    const failed = { ...paid, status: 'requires_payment_method', amount_received: 0 }
    const { provider } = await stripe({
      'GET /v1/payment_intents/pi_1': ok(failed),
      'GET /v1/refunds': list([]),
    })
    expect(await provider.fetchState('payment', 'pi_1')).toEqual(facts())
  })
})

test('a refund and a dispute are fetched as the facts their events tell', async () => {
  const { provider } = await stripe({ 'GET /v1/refunds/re_1': ok(refund), 'GET /v1/disputes/dp_1': ok(dispute) })
  expect(await provider.fetchState('refund', 're_1')).toMatchObject({ changes: [{ factId: 're_1', amountMinor: 120 }] })
  expect(await provider.fetchState('dispute', 'dp_1')).toMatchObject({ changes: [{ factId: 'dp_1', state: 'open' }] })
})

describe('a refund', () => {
  const request = {
    paymentFactId: 'pi_1',
    amountMinor: 12,
    currency: 'ISK',
    idempotencyKey: 'refund-1',
    askedSince: null,
  }
  test('is made in the unit of Stripe, and answered as the fact that its event will tell', async () => {
    const { provider, form, keys } = await stripe({
      'POST /v1/refunds': ok({ ...refund, status: 'pending', amount: 1200, currency: 'isk' }),
    })
    expect(await provider.refund(request)).toMatchObject({ factId: 're_1', state: 'pending', amountMinor: 12 })
    expect(form(0)).toEqual({ payment_intent: 'pi_1', amount: '1200', 'metadata[key]': 'refund-1' })
    expect(keys()).toEqual(['refund-1'])
  })
  test('whose answer was lost is asked for again with the same key (failure 18: retried into three charges)', async () => {
    const { provider, keys } = await stripe({ 'POST /v1/refunds': [{ status: 500, body: {} }, ok(refund)] })
    await provider.refund(request)
    expect(keys()).toEqual(['refund-1', 'refund-1'])
  })
  test('that is asked for again is the one that was made by then; another one of the payment is not it', async () => {
    const other = { ...refund, id: 're_0', metadata: { key: 'refund-0' } }
    const made = { ...refund, metadata: { key: 'refund-1' } }
    const { provider, asked, received } = await stripe({ 'GET /v1/refunds': list([other, made]) })
    expect(await provider.refund({ ...request, askedSince: new Date() })).toMatchObject({ factId: made.id })
    expect(asked()).toEqual(['GET /v1/refunds'])
    expect(received[0]!.url.searchParams.get('payment_intent')).toBe('pi_1')
  })
  test('that is asked for again and was never made is made, with the same key', async () => {
    const { provider, keys } = await stripe({ 'GET /v1/refunds': list([]), 'POST /v1/refunds': ok(refund) })
    expect(await provider.refund({ ...request, askedSince: new Date() })).toMatchObject({ factId: refund.id })
    expect(keys().at(-1)).toBe('refund-1')
  })
  test('of what was refunded already is refused with the reason of Stripe', async () => {
    const { provider } = await stripe({ 'POST /v1/refunds': refusal('charge_already_refunded') })
    await expect(provider.refund(request)).rejects.toMatchObject({
      name: 'ProviderRefused',
      code: 'charge_already_refunded',
    })
  })
})

describe('a subscription', () => {
  const update = 'POST /v1/subscriptions/sub_1'
  test.each([
    ['cancel_at_period_end' as const, { cancel_at_period_end: 'true' }],
    ['pause' as const, { 'pause_collection[behavior]': 'void' }],
    ['keep' as const, { cancel_at_period_end: 'false' }],
    ['resume' as const, { pause_collection: '' }],
  ])('%s is one update, of that alone', async (action, parameters) => {
    const { provider, asked, form, keys } = await stripe({ [update]: ok(subscription) })
    await provider.changeSubscription('sub_1', action, 'change-1')
    expect(asked()).toEqual([update])
    expect(form(0)).toEqual(parameters)
    expect(keys()).toEqual(['change-1'])
  })
  test('that is paused in the other way is resumed in that way too', async () => {
    const resume = 'POST /v1/subscriptions/sub_1/resume'
    const { provider, asked } = await stripe({
      [update]: ok({ ...subscription, status: 'paused' }),
      [resume]: ok(subscription),
    })
    await provider.changeSubscription('sub_1', 'resume', 'change-1')
    expect(asked()).toEqual([update, resume])
  })
  test('is cancelled at once', async () => {
    const { provider, asked } = await stripe({ 'DELETE /v1/subscriptions/sub_1': ok(subscription) })
    await provider.changeSubscription('sub_1', 'cancel_now', 'change-1')
    expect(asked()).toEqual(['DELETE /v1/subscriptions/sub_1'])
  })
  test('that was cancelled before the answer came is cancelled: a repeat is no error', async () => {
    const { provider } = await stripe({ 'GET /v1/subscriptions/sub_1': ok({ ...subscription, status: 'canceled' }) })
    await expect(provider.changeSubscription('sub_1', 'cancel_now', 'change-1')).resolves.toBeUndefined()
  })
  test('that Stripe will not cancel and that runs on is an error', async () => {
    const { provider } = await stripe({ 'GET /v1/subscriptions/sub_1': ok(subscription) })
    await expect(provider.changeSubscription('sub_1', 'cancel_now', 'change-1')).rejects.toThrow(ProviderRefused)
  })
  test('has a page of its customer’s', async () => {
    const { provider, form } = await stripe({
      'GET /v1/subscriptions/sub_1': ok(subscription),
      'POST /v1/billing_portal/sessions': ok({ url: 'https://portal.example/1' }),
    })
    expect(await provider.createPortalLink!('sub_1', 'https://park.example/me')).toBe('https://portal.example/1')
    expect(form(1)).toEqual({ customer: 'cus_1', return_url: 'https://park.example/me' })
  })
})

describe('the events since then', () => {
  const event = (
    id: string,
    type = 'refund.created',
    object: Record<string, unknown> = { ...refund, id: `re_${id}` },
  ) => snapshot(type, object, id).body
  test('come oldest first through all pages, without those that have no effect (failure 14: never backfilled)', async () => {
    const { provider, received } = await stripe({
      'GET /v1/events': [list([event('4'), event('3', 'customer.created')], true), list([event('2'), event('1')])],
    })
    const found = []
    for await (const one of provider.eventsSince(new Date(created * 1000 + 900))) found.push(one)
    expect(found.map(({ eventId }) => eventId)).toEqual(['1', '2', '4'])
    expect(found[0]!.change).toMatchObject({ kind: 'payment_refunded', factId: 're_1' })
    expect(received.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { 'created[gte]': String(created), limit: '100' },
      { 'created[gte]': String(created), limit: '100', starting_after: '3' },
    ])
  })
  test('end in an error when a page cannot be had: half a list is never taken for the whole (failure 14)', async () => {
    const { provider } = await stripe({ 'GET /v1/events': [list([event('2')], true), { status: 500, body: {} }] })
    const read = async () => {
      for await (const _ of provider.eventsSince(new Date(0))) throw new Error('gave an event')
    }
    await expect(read()).rejects.toThrow(ProviderUnavailable)
  })
})

import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { click, control, startMerchant, stripeAt } from './merchant.ts'

let merchant: Awaited<ReturnType<typeof startMerchant>>
let stripe: Stripe
let url: string
beforeAll(async () => {
  merchant = await startMerchant()
  url = merchant.provider.url
  stripe = stripeAt(url)
})
beforeEach(() => {
  merchant.deliveries.length = 0
})
afterAll(() => merchant.stop())

function begin(metadata: Stripe.MetadataParam = {}) {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [
      { quantity: 1, price_data: { currency: 'eur', unit_amount: 1000, product_data: { name: 'Parking' } } },
    ],
    client_reference_id: 'quote-1',
    payment_intent_data: { metadata },
    success_url: 'https://park.example/done',
  })
}

async function paidIntent(): Promise<string> {
  const { id, url: page } = await begin()
  await click(page!, 'pay')
  return (await stripe.checkout.sessions.retrieve(id)).payment_intent as string
}

describe('a delayed method', () => {
  test('completes the checkout unpaid; paid is told when the money arrives', async () => {
    const session = await begin({ quoteId: 'quote-1' })
    await click(session.url!, 'later')
    expect(merchant.told('checkout.session.completed')[0].data.object).toMatchObject({ payment_status: 'unpaid' })
    await control(url, 'stripe/settle', { checkout: session.id, outcome: 'succeeded' })
    expect(await merchant.toldOf('checkout.session.async_payment_succeeded')).toMatchObject({
      data: { object: { id: session.id, payment_status: 'paid', client_reference_id: 'quote-1' } },
    })
    const intent = (await stripe.checkout.sessions.retrieve(session.id)).payment_intent as string
    expect(await stripe.paymentIntents.retrieve(intent)).toMatchObject({
      status: 'succeeded',
      amount_received: 1000,
      metadata: { quoteId: 'quote-1' },
    })
  })

  test('whose money does not arrive stays unpaid', async () => {
    const session = await begin()
    await click(session.url!, 'later')
    await control(url, 'stripe/settle', { checkout: session.id, outcome: 'failed' })
    expect(await merchant.toldOf('checkout.session.async_payment_failed')).toMatchObject({
      data: { object: { id: session.id, payment_status: 'unpaid' } },
    })
    expect((await control(url, 'stripe/settle', { checkout: session.id, outcome: 'succeeded' })).status).toBe(400)
  })
})

describe('refunds', () => {
  test('two partial ones are two facts; not a cent more than was paid goes back', async () => {
    const payment_intent = await paidIntent()
    await stripe.refunds.create({ payment_intent, amount: 400 })
    await expect(stripe.refunds.create({ payment_intent, amount: 601 })).rejects.toThrow(/greater than unrefunded/)
    await stripe.refunds.create({ payment_intent, amount: 600 })
    const again = stripe.refunds.create({ payment_intent })
    await expect(again).rejects.toMatchObject({ code: 'charge_already_refunded' })
    const { data } = await stripe.refunds.list({ payment_intent })
    expect(data.map(({ amount }) => amount)).toEqual([600, 400])
    const intent = await stripe.paymentIntents.retrieve(payment_intent, { expand: ['latest_charge'] })
    expect(intent.latest_charge).toMatchObject({ amount_refunded: 1000, refunded: true })
  })

  test('one that failed later leaves the money with the merchant', async () => {
    const payment_intent = await paidIntent()
    const { id } = await stripe.refunds.create({ payment_intent })
    await control(url, 'stripe/fail-refund', { refund: id })
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: 'failed' })
    expect(await merchant.toldOf('refund.failed')).toMatchObject({ data: { object: { id, status: 'failed' } } })
  })

  test('of a payment that is not there is 404', async () => {
    const refused = stripe.refunds.create({ payment_intent: 'pi_0' })
    await expect(refused).rejects.toMatchObject({ statusCode: 404, code: 'resource_missing' })
  })
})

test('a dispute is told of, blocks refunds, and ends won or lost', async () => {
  const payment_intent = await paidIntent()
  await control(url, 'stripe/dispute', { payment_intent })
  const { data: disputes } = await stripe.disputes.list({ payment_intent })
  expect(await merchant.toldOf('charge.dispute.created')).toMatchObject({ data: { object: { id: disputes[0]!.id } } })
  await expect(stripe.refunds.create({ payment_intent })).rejects.toMatchObject({ code: 'charge_disputed' })
  await control(url, 'stripe/close-dispute', { dispute: disputes[0]!.id, status: 'lost' })
  expect(await stripe.disputes.retrieve(disputes[0]!.id)).toMatchObject({ status: 'lost' })
})

describe('a list', () => {
  test('is newest first, and its pages join without gap in both directions', async () => {
    for (let count = 0; count < 5; count++) await begin()
    const all = (await stripe.checkout.sessions.list({ limit: 100 })).data.map(({ id }) => id)
    const forwards: string[] = []
    for await (const { id } of stripe.checkout.sessions.list({ limit: 2 })) forwards.push(id)
    expect(forwards).toEqual(all)
    const backwards: string[] = []
    for await (const { id } of stripe.checkout.sessions.list({ limit: 2, ending_before: all.at(-1)! }))
      backwards.push(id)
    expect(backwards).toEqual(all.slice(0, -1).reverse())
  })

  test('of events can be narrowed by type and time', async () => {
    await paidIntent()
    const { data } = await stripe.events.list({ types: ['payment_intent.succeeded', 'charge.succeeded'], limit: 2 })
    expect(data.map(({ type }) => type).sort()).toEqual(['charge.succeeded', 'payment_intent.succeeded'])
    const future = Math.floor(Date.now() / 1000) + 60
    expect((await stripe.events.list({ created: { gte: future } })).data).toEqual([])
  })

  test('refuses a filter that it does not know', async () => {
    const refused = stripe.rawRequest('GET', '/v1/charges?plate=B')
    await expect(refused).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
  })
})

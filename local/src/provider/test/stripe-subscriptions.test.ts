import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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

async function subscribe(trialDays?: number): Promise<Stripe.Subscription> {
  const recurring = { interval: 'month' as const, interval_count: 1 }
  const price_data = { currency: 'eur', unit_amount: 8900, product_data: { name: 'Residents' }, recurring }
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ quantity: 1, price_data }],
    client_reference_id: 'subscription-1',
    customer_email: 'holder@example.com',
    subscription_data: {
      metadata: { subscriptionId: 'subscription-1' },
      ...(trialDays === undefined ? {} : { trial_period_days: trialDays }),
    },
    success_url: 'https://park.example/done',
  })
  await click(session.url!, 'pay')
  const { subscription } = await stripe.checkout.sessions.retrieve(session.id)
  return stripe.subscriptions.retrieve(subscription as string)
}

const periodEnd = (subscription: Stripe.Subscription) => subscription.items.data[0]!.current_period_end

test('a paid checkout begins a subscription with its metadata, a period on its item, and a paid first invoice', async () => {
  const subscription = await subscribe()
  expect(subscription).toMatchObject({ status: 'active', metadata: { subscriptionId: 'subscription-1' } })
  expect(periodEnd(subscription)).toBeGreaterThan(Date.now() / 1000 + 27 * 86_400)
  const invoice = await stripe.invoices.retrieve(subscription.latest_invoice as string, { expand: ['payments'] })
  expect(invoice).toMatchObject({
    status: 'paid',
    amount_paid: 8900,
    billing_reason: 'subscription_create',
    parent: { subscription_details: { subscription: subscription.id } },
  })
  const payment = invoice.payments!.data[0]!.payment.payment_intent as string
  expect(await stripe.paymentIntents.retrieve(payment)).toMatchObject({ status: 'succeeded', amount: 8900 })
  const ofPayment = { payment: { type: 'payment_intent' as const, payment_intent: payment } }
  const { data } = await stripe.invoicePayments.list({ ...ofPayment, expand: ['data.invoice'] })
  expect(data).toMatchObject([{ invoice: { id: invoice.id } }])
  expect(await merchant.toldOf('customer.subscription.created')).toMatchObject({
    data: { object: { id: subscription.id } },
  })
  expect(await merchant.toldOf('invoice.paid')).toMatchObject({ data: { object: { id: invoice.id } } })
})

test('a trial moves no money', async () => {
  const subscription = await subscribe(14)
  expect(subscription.status).toBe('trialing')
  expect(merchant.told('checkout.session.completed')[0].data.object.payment_status).toBe('no_payment_required')
  expect((await stripe.paymentIntents.list({ customer: subscription.customer as string })).data).toEqual([])
})

test('a period passes: paid it goes on, declined it is past due until it is paid after all', async () => {
  const subscription = await subscribe()
  await control(url, 'stripe/renew', { subscription: subscription.id, outcome: 'paid' })
  const renewed = await stripe.subscriptions.retrieve(subscription.id)
  expect(periodEnd(renewed)).toBeGreaterThan(periodEnd(subscription))
  await control(url, 'stripe/renew', { subscription: subscription.id, outcome: 'failed' })
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'past_due' })
  expect(await merchant.toldOf('invoice.payment_failed')).toMatchObject({ data: { object: { status: 'open' } } })
  await control(url, 'stripe/pay-open', { subscription: subscription.id })
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' })
  const { data } = await stripe.invoices.list({ subscription: subscription.id })
  expect(data.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid'])
})

test('the two pauses are two things: one keeps the status, the other is one', async () => {
  const { id } = await subscribe()
  await stripe.subscriptions.update(id, { pause_collection: { behavior: 'void' } })
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    status: 'active',
    pause_collection: { behavior: 'void' },
  })
  await stripe.subscriptions.update(id, { pause_collection: '' })
  expect((await stripe.subscriptions.retrieve(id)).pause_collection).toBeNull()
  await stripe.rawRequest('POST', `/v1/subscriptions/${id}/pause`)
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('paused')
  expect(await merchant.toldOf('customer.subscription.paused')).toMatchObject({
    data: { object: { status: 'paused' } },
  })
  await stripe.subscriptions.resume(id)
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('active')
})

test('cancelled at the period end it runs until then and can be kept; cancelled now it is over for good', async () => {
  const { id } = await subscribe()
  expect(await stripe.subscriptions.update(id, { cancel_at_period_end: true })).toMatchObject({
    status: 'active',
    cancel_at_period_end: true,
  })
  await stripe.subscriptions.update(id, { cancel_at_period_end: false })
  await control(url, 'stripe/renew', { subscription: id, outcome: 'paid' })
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('active')
  await stripe.subscriptions.update(id, { cancel_at_period_end: true })
  await control(url, 'stripe/renew', { subscription: id, outcome: 'paid' })
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled')
  const dead = await subscribe()
  await stripe.subscriptions.cancel(dead.id)
  expect(await merchant.toldOf('customer.subscription.deleted')).toBeDefined()
  await expect(stripe.subscriptions.update(dead.id, { cancel_at_period_end: false })).rejects.toMatchObject({
    statusCode: 404,
  })
})

test('the portal shows what its customer has, and cancels at the period end', async () => {
  const { id, customer } = await subscribe()
  const other = await subscribe()
  const portal = await stripe.billingPortal.sessions.create({
    customer: customer as string,
    return_url: 'https://park.example/manage',
  })
  const page = await (await fetch(portal.url)).text()
  for (const shown of ['Residents', '€89.00', 'https://park.example/manage']) expect(page).toContain(shown)
  await fetch(`${portal.url}/${id}/cancel`, { method: 'POST', redirect: 'manual' })
  expect((await stripe.subscriptions.retrieve(id)).cancel_at_period_end).toBe(true)
  expect((await fetch(`${portal.url}/${other.id}/cancel`, { method: 'POST', redirect: 'manual' })).status).toBe(405)
})

test('a deleted customer has no subscription any more', async () => {
  const { id, customer } = await subscribe()
  await stripe.customers.del(customer as string)
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled')
  expect(await stripe.customers.retrieve(customer as string)).toMatchObject({ deleted: true })
})

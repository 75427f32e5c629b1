import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { control, startMerchant } from './merchant.ts'
import { linkOf, type Paypal, paypalAt, press } from './paypal-client.ts'

let merchant: Awaited<ReturnType<typeof startMerchant>>
let url: string
let paypal: Paypal
let planId: string
let trialPlanId: string
beforeAll(async () => {
  merchant = await startMerchant()
  url = merchant.provider.url
  paypal = await paypalAt(url)
  const product = await paypal('POST', '/v1/catalogs/products', { name: 'Parking', type: 'SERVICE' })
  planId = await newPlan(product.body.id, [])
  const trial = {
    tenure_type: 'TRIAL',
    sequence: 1,
    total_cycles: 1,
    frequency: { interval_unit: 'DAY', interval_count: 14 },
  }
  trialPlanId = await newPlan(product.body.id, [trial])
})
beforeEach(() => {
  merchant.deliveries.length = 0
})
afterAll(() => merchant.stop())

async function newPlan(productId: string, before: object[]): Promise<string> {
  const regular = {
    tenure_type: 'REGULAR',
    sequence: before.length + 1,
    total_cycles: 0,
    frequency: { interval_unit: 'MONTH', interval_count: 1 },
    pricing_scheme: { fixed_price: { currency_code: 'EUR', value: '89.00' } },
  }
  const { body } = await paypal('POST', '/v1/billing/plans', {
    product_id: productId,
    name: 'Residents',
    billing_cycles: [...before, regular],
    payment_preferences: { auto_bill_outstanding: true, payment_failure_threshold: 2 },
  })
  return body.id
}

async function subscribe(plan = planId) {
  const { body } = await paypal('POST', '/v1/billing/subscriptions', {
    plan_id: plan,
    custom_id: 'subscription-1',
    application_context: { return_url: 'https://park.example/done', cancel_url: 'https://park.example/back' },
  })
  expect(body.status).toBe('APPROVAL_PENDING')
  const leadsTo = await press(linkOf(body, 'approve'), 'agree')
  expect(leadsTo).toBe(`https://park.example/done?subscription_id=${body.id}`)
  return body.id as string
}
const state = async (id: string) => (await paypal('GET', `/v1/billing/subscriptions/${id}`)).body
const ask = (id: string, action: string) =>
  paypal('POST', `/v1/billing/subscriptions/${id}/${action}`, { reason: 'the holder asked' })

test('what the buyer agrees to is active and paid, and each renewal is a v1 sale of it', async () => {
  const id = await subscribe()
  expect(await state(id)).toMatchObject({ status: 'ACTIVE', custom_id: 'subscription-1' })
  expect(await merchant.toldOf('BILLING.SUBSCRIPTION.ACTIVATED')).toMatchObject({ resource: { id, status: 'ACTIVE' } })
  const first = await merchant.toldOf('PAYMENT.SALE.COMPLETED')
  expect(first.resource).toMatchObject({ billing_agreement_id: id, amount: { total: '89.00', currency: 'EUR' } })
  const { next_billing_time } = (await state(id)).billing_info
  await control(url, 'paypal/renew', { subscription: id, outcome: 'completed' })
  expect((await state(id)).billing_info.next_billing_time > next_billing_time).toBe(true)
  const range = 'start_time=2020-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z'
  const { body } = await paypal('GET', `/v1/billing/subscriptions/${id}/transactions?${range}`)
  expect(body.transactions).toHaveLength(2)
})

test('a trial is active without a payment', async () => {
  const id = await subscribe(trialPlanId)
  expect(await state(id)).toMatchObject({ status: 'ACTIVE' })
  await merchant.toldOf('BILLING.SUBSCRIPTION.ACTIVATED')
  expect(merchant.told('PAYMENT.SALE.COMPLETED')).toEqual([])
})

test('a payment that fails leaves it active and is counted', async () => {
  const id = await subscribe()
  await control(url, 'paypal/renew', { subscription: id, outcome: 'failed' })
  expect(await merchant.toldOf('BILLING.SUBSCRIPTION.PAYMENT.FAILED')).toMatchObject({ resource: { id } })
  expect(await state(id)).toMatchObject({ status: 'ACTIVE', billing_info: { failed_payments_count: 1 } })
})

test('suspended, activated, cancelled; what is cancelled stays so', async () => {
  const id = await subscribe()
  expect((await ask(id, 'suspend')).status).toBe(204)
  expect((await state(id)).status).toBe('SUSPENDED')
  expect((await ask(id, 'suspend')).body.details[0].issue).toBe('SUBSCRIPTION_STATUS_INVALID')
  expect((await ask(id, 'activate')).status).toBe(204)
  expect((await state(id)).status).toBe('ACTIVE')
  expect((await ask(id, 'cancel')).status).toBe(204)
  expect(await merchant.toldOf('BILLING.SUBSCRIPTION.CANCELLED')).toMatchObject({
    resource: { id, status: 'CANCELLED' },
  })
  expect((await ask(id, 'activate')).status).toBe(422)
})

test('a refund of a sale answers the sum, and the webhook has it negative, as in v1', async () => {
  await subscribe()
  const { resource } = await merchant.toldOf('PAYMENT.SALE.COMPLETED')
  const amount = { total: '9.00', currency: 'EUR' }
  const { body } = await paypal('POST', `/v1/payments/sale/${resource.id}/refund`, { amount })
  expect(body).toMatchObject({ state: 'completed', amount, sale_id: resource.id })
  expect(await merchant.toldOf('PAYMENT.SALE.REFUNDED')).toMatchObject({
    resource: { id: body.id, amount: { total: '-9.00' } },
  })
  const tooMuch = await paypal('POST', `/v1/payments/sale/${resource.id}/refund`, {
    amount: { ...amount, total: '80.01' },
  })
  expect(tooMuch.status).toBe(422)
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { client, control, startMerchant } from './merchant.ts'
import { linkOf, order, type Paypal, paypalAt, press } from './paypal-client.ts'

let merchant: Awaited<ReturnType<typeof startMerchant>>
let url: string
let paypal: Paypal
beforeAll(async () => {
  merchant = await startMerchant()
  url = merchant.provider.url
  paypal = await paypalAt(url)
})
beforeEach(() => {
  merchant.deliveries.length = 0
})
afterAll(() => merchant.stop())

async function approved(button = 'balance', changes: object = {}) {
  const { body } = await paypal('POST', '/v2/checkout/orders', order(changes))
  const leadsTo = await press(linkOf(body, 'payer-action'), button)
  return { id: body.id as string, leadsTo }
}
const capture = (id: string, headers?: Record<string, string>) =>
  paypal('POST', `/v2/checkout/orders/${id}/capture`, undefined, headers)
const issueOf = ({ body }: { body: { details: { issue: string }[] } }) => body.details[0]!.issue

test('an order is approved on the page and captured by the merchant; both are told', async () => {
  const { id, leadsTo } = await approved()
  expect(leadsTo).toBe(`https://park.example/done?token=${id}&PayerID=TESTDR5VER234`)
  expect(await merchant.toldOf('CHECKOUT.ORDER.APPROVED')).toMatchObject({ resource: { id, status: 'APPROVED' } })
  const { status, body } = await capture(id)
  expect(status).toBe(201)
  const [made] = body.purchase_units[0].payments.captures
  expect(made).toMatchObject({ status: 'COMPLETED', amount: { value: '10.50' }, custom_id: 'quote-1' })
  expect(await merchant.toldOf('PAYMENT.CAPTURE.COMPLETED')).toMatchObject({
    resource: { id: made.id, custom_id: 'quote-1', supplementary_data: { related_ids: { order_id: id } } },
  })
})

test('an order that nobody approved is not captured; one that was captured is not captured again', async () => {
  const { body } = await paypal('POST', '/v2/checkout/orders', order())
  const early = await capture(body.id)
  expect(early.status).toBe(422)
  expect(issueOf(early)).toBe('ORDER_NOT_APPROVED')
  const { id } = await approved()
  await capture(id)
  const again = await capture(id)
  expect(again.status).toBe(422)
  expect(issueOf(again)).toBe('ORDER_ALREADY_CAPTURED')
})

test('a request id answers the same request with what it was answered first, and refuses another one', async () => {
  const headers = { 'paypal-request-id': 'capture-1' }
  const { id } = await approved()
  const first = await capture(id, headers)
  const again = await capture(id, headers)
  expect(again).toEqual({ ...first, status: 200 })
  await paypal('POST', '/v2/checkout/orders', order(), { 'paypal-request-id': 'order-1' })
  const other = await paypal('POST', '/v2/checkout/orders', order({}, '11.00'), { 'paypal-request-id': 'order-1' })
  expect(issueOf(other)).toBe('DUPLICATE_REQUEST_ID')
})

test('an invoice id is paid once', async () => {
  const unit = { invoice_id: 'quote-paid-once' }
  await capture((await approved('balance', unit)).id)
  expect(issueOf(await capture((await approved('balance', unit)).id))).toBe('DUPLICATE_INVOICE_ID')
})

test('a bank that declines refuses the capture; the buyer may choose again on the page', async () => {
  const { id } = await approved('declined')
  expect(issueOf(await capture(id))).toBe('INSTRUMENT_DECLINED')
  await press(`${url}/checkoutnow?token=${id}`, 'balance')
  expect((await capture(id)).status).toBe(201)
})

test('a decline on the page moves nothing, and says so there', async () => {
  const { body } = await paypal('POST', '/v2/checkout/orders', order())
  const leadsTo = await press(linkOf(body, 'payer-action'), 'decline')
  expect(await (await fetch(new URL(leadsTo!, url))).text()).toContain('declined')
  expect((await paypal('GET', `/v2/checkout/orders/${body.id}`)).body.status).toBe('PAYER_ACTION_REQUIRED')
  const { body: events } = await paypal('GET', '/v1/notifications/webhooks-events?page_size=300')
  expect(events.events.filter(({ resource }: { resource: { id: string } }) => resource.id === body.id)).toEqual([])
})

describe('an eCheck', () => {
  test.each([
    ['COMPLETED', 'PAYMENT.CAPTURE.COMPLETED'],
    ['DECLINED', 'PAYMENT.CAPTURE.DECLINED'],
  ])('is pending until it is %s', async (outcome, type) => {
    const { body } = await capture((await approved('echeck')).id)
    const { id, status } = body.purchase_units[0].payments.captures[0]
    expect(status).toBe('PENDING')
    expect(await merchant.toldOf('PAYMENT.CAPTURE.PENDING')).toMatchObject({ resource: { id } })
    await control(url, 'paypal/settle', { capture: id, outcome })
    expect(await merchant.toldOf(type)).toMatchObject({ resource: { id, status: outcome } })
    expect((await paypal('GET', `/v2/payments/captures/${id}`)).body.status).toBe(outcome)
  })
})

describe('refunds', () => {
  test('two partial ones are two facts with a running total; not a cent more goes back', async () => {
    const { body } = await capture((await approved()).id)
    const { id } = body.purchase_units[0].payments.captures[0]
    const refund = (value: string) =>
      paypal('POST', `/v2/payments/captures/${id}/refund`, { amount: { currency_code: 'EUR', value } })
    expect((await refund('4.00')).body).toMatchObject({ status: 'COMPLETED', amount: { value: '4.00' } })
    expect(issueOf(await refund('6.51'))).toBe('REFUND_AMOUNT_EXCEEDED')
    const second = await refund('6.50')
    expect(second.body.seller_payable_breakdown.total_refunded_amount.value).toBe('10.50')
    expect(issueOf(await refund('0.01'))).toBe('CAPTURE_FULLY_REFUNDED')
    expect((await paypal('GET', `/v2/payments/captures/${id}`)).body.status).toBe('REFUNDED')
    expect(merchant.told('PAYMENT.CAPTURE.REFUNDED').map(({ resource }) => linkOf(resource, 'up'))).toEqual([
      `${url}/v2/payments/captures/${id}`,
      `${url}/v2/payments/captures/${id}`,
    ])
  })
})

test('a dispute is told of and resolved', async () => {
  const { body } = await capture((await approved()).id)
  const { id } = body.purchase_units[0].payments.captures[0]
  const { dispute_id } = (await (await control(url, 'paypal/dispute', { transaction: id })).json()) as {
    dispute_id: string
  }
  expect(await merchant.toldOf('CUSTOMER.DISPUTE.CREATED')).toMatchObject({
    resource: { dispute_id, disputed_transactions: [{ seller_transaction_id: id }] },
  })
  await control(url, 'paypal/resolve-dispute', { dispute: dispute_id, outcome: 'RESOLVED_BUYER_FAVOUR' })
  expect((await paypal('GET', `/v1/customer/disputes/${dispute_id}`)).body).toMatchObject({ status: 'RESOLVED' })
})

describe('refused as PayPal refuses', () => {
  test.each<[string, object, number, string]>([
    ['a sum with a fraction of a yen', order({}, '10.5', 'JPY'), 422, 'DECIMALS_NOT_SUPPORTED'],
    ['a third of a cent', order({}, '10.505'), 422, 'DECIMAL_PRECISION'],
    ['nothing', order({}, '0.00'), 422, 'CANNOT_BE_ZERO_OR_NEGATIVE'],
    ['dinars', order({}, '10.50', 'KWD'), 422, 'CURRENCY_NOT_SUPPORTED'],
    ['no purchase', { intent: 'CAPTURE' }, 400, 'MISSING_REQUIRED_PARAMETER'],
    ['a parameter that it does not know', order({ plate: 'B-TX 1' }), 400, 'INVALID_PARAMETER_SYNTAX'],
  ])('%s', async (_, body, status, issue) => {
    const answer = await paypal('POST', '/v2/checkout/orders', body)
    expect(answer.status).toBe(status)
    expect(issueOf(answer)).toBe(issue)
  })

  test('another secret, and no token', async () => {
    const basic = Buffer.from(`${client.id}:other`).toString('base64')
    const token = await fetch(`${url}/v1/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
    })
    expect(token.status).toBe(401)
    expect(await token.json()).toMatchObject({ error: 'invalid_client' })
    expect((await fetch(`${url}/v2/checkout/orders/1`)).status).toBe(401)
  })

  test('an order that is not there', async () => {
    expect(await paypal('GET', '/v2/checkout/orders/NONE')).toMatchObject({
      status: 404,
      body: { name: 'RESOURCE_NOT_FOUND' },
    })
  })

  test('everything while it is told to be down', async () => {
    await control(url, 'paypal/faults', { api: 'down' })
    expect((await paypal('POST', '/v2/checkout/orders', order())).status).toBe(503)
    await control(url, 'paypal/faults', { api: 'works' })
  })
})

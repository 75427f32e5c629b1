import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startMerchant } from './merchant.ts'
import { linkOf, order, type Paypal, paypalAt, press } from './paypal-client.ts'

/*
 * What the stand-in takes and answers beside PayPal's own OpenAPI documents (https://github.com/paypal/paypal-rest-api-specifications),
 * which are no part of this repository.
 */
const folder = join(import.meta.dirname, '../../../../../shared/fixtures/paypal/openapi')

let merchant: Awaited<ReturnType<typeof startMerchant>>
let paypal: Paypal
beforeAll(async () => {
  merchant = await startMerchant()
  paypal = await paypalAt(merchant.provider.url)
})
afterAll(() => merchant.stop())

type Operation = { file: string; path: string; method: string; status: string }

/** What is wrong with a request or an answer by the document that describes it. */
function problems({ file, path, method, status }: Operation, what: 'request' | 'answer', value: unknown): string[] {
  const document = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'))
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false })
  ajv.addSchema(document, 'api')
  const [at] = Object.keys(document.paths).filter((known) => known === path)
  const pointer = (...parts: string[]) =>
    `api#/${parts.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
  const operation = ['paths', at!, method]
  const body =
    what === 'request'
      ? [...operation, 'requestBody', 'content', 'application/json', 'schema']
      : [...operation, 'responses', status, 'content', 'application/json', 'schema']
  const validate = ajv.getSchema(pointer(...body))
  if (validate === undefined) return [`the document has no ${what} for ${method} ${path} ${status}`]
  validate(value)
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}

describe.runIf(existsSync(folder))('by the OpenAPI documents of PayPal', () => {
  const orders = (path: string, method: string, status: string) => ({
    file: 'checkout_orders_v2',
    path,
    method,
    status,
  })

  test('orders, captures and refunds are as described, refusals included', async () => {
    const create = orders('/v2/checkout/orders', 'post', '201')
    expect(problems(create, 'request', order())).toEqual([])
    const created = await paypal('POST', '/v2/checkout/orders', order())
    expect(problems(create, 'answer', created.body)).toEqual([])
    const early = await paypal('POST', `/v2/checkout/orders/${created.body.id}/capture`)
    expect(problems(orders('/v2/checkout/orders/{id}/capture', 'post', '422'), 'answer', early.body)).toEqual([])
    await press(linkOf(created.body, 'payer-action'), 'balance')
    const got = await paypal('GET', `/v2/checkout/orders/${created.body.id}`)
    expect(problems(orders('/v2/checkout/orders/{id}', 'get', '200'), 'answer', got.body)).toEqual([])
    const captured = await paypal('POST', `/v2/checkout/orders/${created.body.id}/capture`)
    expect(problems(orders('/v2/checkout/orders/{id}/capture', 'post', '201'), 'answer', captured.body)).toEqual([])

    const { id } = captured.body.purchase_units[0].payments.captures[0]
    const payments = (path: string, method: string, status: string) => ({
      file: 'payments_payment_v2',
      path,
      method,
      status,
    })
    const capture = await paypal('GET', `/v2/payments/captures/${id}`)
    expect(problems(payments('/v2/payments/captures/{capture_id}', 'get', '200'), 'answer', capture.body)).toEqual([])
    const asked = { amount: { currency_code: 'EUR', value: '4.00' } }
    const refund = payments('/v2/payments/captures/{capture_id}/refund', 'post', '201')
    expect(problems(refund, 'request', asked)).toEqual([])
    const refunded = await paypal('POST', `/v2/payments/captures/${id}/refund`, asked)
    expect(problems(refund, 'answer', refunded.body)).toEqual([])
  })

  test('plans and subscriptions are as described', async () => {
    const billing = (path: string, method: string, status: string) => ({
      file: 'billing_subscriptions_v1',
      path,
      method,
      status,
    })
    const product = await paypal('POST', '/v1/catalogs/products', { name: 'Parking', type: 'SERVICE' })
    const plan = {
      product_id: product.body.id,
      name: 'Residents',
      billing_cycles: [
        {
          tenure_type: 'REGULAR',
          sequence: 1,
          total_cycles: 0,
          frequency: { interval_unit: 'MONTH', interval_count: 1 },
          pricing_scheme: { fixed_price: { currency_code: 'EUR', value: '89.00' } },
        },
      ],
      payment_preferences: { auto_bill_outstanding: true },
    }
    expect(problems(billing('/v1/billing/plans', 'post', '201'), 'request', plan)).toEqual([])
    const planned = await paypal('POST', '/v1/billing/plans', plan)
    expect(problems(billing('/v1/billing/plans', 'post', '201'), 'answer', planned.body)).toEqual([])
    const wanted = {
      plan_id: planned.body.id,
      custom_id: 'subscription-1',
      application_context: { return_url: 'https://park.example/done', cancel_url: 'https://park.example/back' },
    }
    const create = billing('/v1/billing/subscriptions', 'post', '201')
    expect(problems(create, 'request', wanted)).toEqual([])
    const created = await paypal('POST', '/v1/billing/subscriptions', wanted)
    expect(problems(create, 'answer', created.body)).toEqual([])
    await press(linkOf(created.body, 'approve'), 'agree')
    const got = await paypal('GET', `/v1/billing/subscriptions/${created.body.id}`)
    expect(problems(billing('/v1/billing/subscriptions/{id}', 'get', '200'), 'answer', got.body)).toEqual([])
    const range = 'start_time=2020-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z'
    const listed = await paypal('GET', `/v1/billing/subscriptions/${created.body.id}/transactions?${range}`)
    const transactions = billing('/v1/billing/subscriptions/{id}/transactions', 'get', '200')
    expect(problems(transactions, 'answer', listed.body)).toEqual([])
  })

  test('events are as described', async () => {
    const { body } = await paypal('GET', '/v1/notifications/webhooks-events?page_size=300')
    const operation = {
      file: 'notifications_webhooks_v1',
      path: '/v1/notifications/webhooks-events',
      method: 'get',
      status: '200',
    }
    expect(body.events.length).toBeGreaterThan(0)
    expect(problems(operation, 'answer', body)).toEqual([])
  })
})

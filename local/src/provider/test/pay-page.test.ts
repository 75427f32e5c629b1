import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { click, startMerchant, stripeAt } from './merchant.ts'

let merchant: Awaited<ReturnType<typeof startMerchant>>
let stripe: Stripe
beforeAll(async () => {
  merchant = await startMerchant()
  stripe = stripeAt(merchant.provider.url)
})
beforeEach(() => {
  merchant.deliveries.length = 0
})
afterAll(() => merchant.stop())

function begin(name = 'Parking', currency = 'eur', unitAmount = 450) {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ quantity: 1, price_data: { currency, unit_amount: unitAmount, product_data: { name } } }],
    success_url: 'https://park.example/done',
    cancel_url: 'https://park.example/pay?a=1&b=2',
  })
}

const read = async (url: string) => (await fetch(url)).text()

test('says that it is a stand-in, what is paid, and offers to pay, to decline and to go back', async () => {
  const page = await read((await begin('Parking, Central Garage')).url!)
  for (const text of [
    'Local stand-in',
    'no money moves',
    'Parking, Central Garage',
    '€4.50',
    '>Pay<',
    '>Decline<',
    'Back to shop',
  ]) {
    expect(page).toContain(text)
  }
  expect(page).toContain('href="https://park.example/pay?a=1&#38;b=2"')
})

test.each([
  ['jpy', 500, '¥500'],
  ['kwd', 5120, 'KWD 5.120'],
  ['isk', 500, 'ISK 5.00'],
])('shows %s in its decimals', async (currency, amount, shown) => {
  expect((await read((await begin('Parking', currency, amount)).url!)).replace(/\u00a0/g, ' ')).toContain(shown)
})

test('shows a description as text, whatever is in it', async () => {
  const page = await read((await begin('<script>alert("x")</script>')).url!)
  expect(page).not.toContain('<script>')
})

test('Decline leaves the checkout open, says so, and tells the merchant nothing', async () => {
  const { id, url } = await begin()
  const declined = await click(url!, 'decline')
  expect(await read(new URL(declined.headers.get('location')!, url!).href)).toContain('declined')
  expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open', payment_status: 'unpaid' })
  expect(merchant.deliveries).toHaveLength(0)
})

test('Pay pressed twice at once pays once', async () => {
  const { url } = await begin()
  const answers = await Promise.all([click(url!, 'pay'), click(url!, 'pay')])
  expect(answers.map(({ headers }) => headers.get('location'))).toEqual([
    'https://park.example/done',
    'https://park.example/done',
  ])
  expect(merchant.told('checkout.session.completed')).toHaveLength(1)
})

test('a paid checkout says so and cannot be paid again', async () => {
  const { url } = await begin()
  await click(url!, 'pay')
  const page = await read(url!)
  expect(page).toContain('was paid')
  expect(page).not.toContain('<form')
})

test('an expired checkout cannot be paid', async () => {
  const { id, url } = await begin()
  await stripe.checkout.sessions.expire(id)
  expect((await click(url!, 'pay')).headers.get('location')).toBe(`/c/pay/${id}`)
  expect(await read(url!)).toContain('expired')
  expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired', payment_status: 'unpaid' })
})

describe('an address without a checkout', () => {
  test.each(['/c/pay/cs_test_0', '/c/pay/', '/elsewhere'])('%s is 404', async (path) => {
    expect((await fetch(`${merchant.provider.url}${path}`)).status).toBe(404)
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Stripe from 'stripe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { click, startMerchant, stripeAt, webhookSecret } from './merchant.ts'

let merchant: Awaited<ReturnType<typeof startMerchant>>
beforeEach(async () => {
  merchant = await startMerchant()
})
afterEach(() => merchant.stop())

async function begin(url = merchant.provider.url): Promise<Stripe.Checkout.Session> {
  return stripeAt(url).checkout.sessions.create({
    mode: 'payment',
    line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 450, product_data: { name: 'Parking' } } }],
    success_url: 'https://park.example/done',
  })
}

test('a webhook is repeated, signed anew, until it is answered with 2xx, and not once more', async () => {
  merchant.answers.push(
    (response) => response.writeHead(503).end(),
    (response) => response.destroy(),
    (response) => response.writeHead(302, { location: '/moved' }).end(),
  )
  const session = await begin()
  await click(session.url!, 'pay')
  await merchant.delivered(4)

  const events = merchant.deliveries.map(({ body, headers }) =>
    Stripe.webhooks.constructEvent(body, headers['stripe-signature']!, webhookSecret),
  )
  expect(new Set(events.map(({ id }) => id)).size).toBe(1)
  expect(events[0]).toMatchObject({
    type: 'checkout.session.completed',
    data: { object: { id: session.id, payment_status: 'paid' } },
  })
  expect(new Set(merchant.deliveries.map(({ headers }) => headers['stripe-signature'])).size).toBeGreaterThan(1)

  // A later payment is the next thing that comes: nothing was left to repeat.
  await click((await begin()).url!, 'pay')
  expect(merchant.deliveries).toHaveLength(5)
})

test('a merchant who does not answer does not keep the driver on the page', async () => {
  merchant.answers.push(() => {})
  const started = performance.now()
  expect((await click((await begin()).url!, 'pay')).status).toBe(303)
  expect(performance.now() - started).toBeLessThan(12_000)
})

test('as a process it serves from its environment, and SIGTERM ends it', async () => {
  const endpoint = new URL(merchant.provider.url)
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: { PORT: '0', PUBLIC_URL: 'https://pay.example/', WEBHOOK_URL: endpoint.href, WEBHOOK_SECRET: webhookSecret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  const { id, url } = await begin(String(line).split(' ').at(-1))
  expect(url).toBe(`https://pay.example/c/pay/${id}`)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

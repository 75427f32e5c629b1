import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Stripe from 'stripe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Faults } from '../faults.ts'
import { Webhooks } from '../webhooks.ts'
import { click, control, startMerchant, stripeAt, webhookSecret } from './merchant.ts'

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

const paid = () => merchant.told('checkout.session.completed')

test('a webhook is repeated, signed anew, until it is answered with 2xx, and not once more', async () => {
  await control(merchant.provider.url, 'stripe/faults', { hold: true })
  const session = await begin()
  await click(session.url!, 'pay')
  await control(merchant.provider.url, 'stripe/faults', { hold: false })
  merchant.answers.push(
    (response) => response.writeHead(503).end(),
    (response) => response.destroy(),
    (response) => response.writeHead(302, { location: '/moved' }).end(),
  )
  const [held] = (await stripeAt(merchant.provider.url).events.list({ type: 'checkout.session.completed' })).data
  await control(merchant.provider.url, 'stripe/resend', { event: held!.id })
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
  expect(paid()).toHaveLength(5)
})

test('what is dropped on demand never arrives, and is found among the events that were not delivered', async () => {
  await control(merchant.provider.url, 'stripe/faults', { drop: 1 })
  const session = await begin()
  await click(session.url!, 'pay')
  await control(merchant.provider.url, 'stripe/faults', { drop: 0 })
  await click((await begin()).url!, 'pay')
  expect(paid()).toHaveLength(1)
  const missed = await stripeAt(merchant.provider.url).events.list({
    type: 'checkout.session.completed',
    delivery_success: false,
  })
  expect(missed.data.map(({ data }) => (data.object as Stripe.Checkout.Session).id)).toEqual([session.id])
})

test('what is duplicated on demand arrives twice, with one event id', async () => {
  await control(merchant.provider.url, 'stripe/faults', { duplicate: 1 })
  await click((await begin()).url!, 'pay')
  const ids = paid().map(({ id }) => id)
  expect(ids).toEqual([ids[0], ids[0]])
})

test('what is reordered on demand arrives after what happened later', async () => {
  await control(merchant.provider.url, 'stripe/faults', { hold: true })
  const first = await begin()
  const second = await begin()
  await click(first.url!, 'pay')
  await click(second.url!, 'pay')
  expect(merchant.deliveries).toHaveLength(0)
  await control(merchant.provider.url, 'stripe/release', { order: 'reversed' })
  expect(paid().map(({ data }) => data.object.id)).toEqual([second.id, first.id])
})

test('of deliveries that are to be reordered one arrives after the next, or after a while where no other comes', async () => {
  const arrived: string[] = []
  const faults = new Faults()
  const webhooks = new Webhooks({ url: merchant.webhookUrl, headers: () => ({}) }, faults)
  const send = (name: string) => webhooks.send({ name, body: JSON.stringify({ name }), done: () => arrived.push(name) })
  faults.set({ reorder: 1 })
  const overtaken = send('first')
  faults.set({ reorder: 0 })
  await send('second')
  await overtaken
  expect(arrived).toEqual(['second', 'first'])
  faults.set({ reorder: 1 })
  await send('alone')
  expect(arrived.at(-1)).toBe('alone')
})

test('the same seed drops the same deliveries', async () => {
  const arrived = async () => {
    merchant.deliveries.length = 0
    await control(merchant.provider.url, 'stripe/faults', { drop: 0.5, seed: 7 })
    const sessions = await Promise.all([begin(), begin(), begin(), begin(), begin(), begin()])
    for (const { url } of sessions) await click(url!, 'pay')
    return sessions.map(({ id }) => paid().some(({ data }) => data.object.id === id))
  }
  const first = await arrived()
  expect(new Set(first).size).toBe(2)
  expect(await arrived()).toEqual(first)
})

test('an API told to lose its answers acts all the same, and says so to whoever asks again', async () => {
  await control(merchant.provider.url, 'stripe/faults', { api: 'loses_answers' })
  const client = stripeAt(merchant.provider.url)
  const parameters: Stripe.Checkout.SessionCreateParams = {
    mode: 'payment',
    line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 450, product_data: { name: 'Parking' } } }],
    success_url: 'https://park.example/done',
  }
  const lost = client.checkout.sessions.create(parameters, { idempotencyKey: 'lost-1' })
  await expect(lost).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError)
  await control(merchant.provider.url, 'stripe/faults', { api: 'works' })
  const again = await client.checkout.sessions.create(parameters, { idempotencyKey: 'lost-1' })
  expect((await client.checkout.sessions.list()).data.map(({ id }) => id)).toEqual([again.id])
})

test('a merchant who does not answer does not keep the driver on the page', async () => {
  merchant.answers.push(
    () => {},
    () => {},
  )
  const started = performance.now()
  expect((await click((await begin()).url!, 'pay')).status).toBe(303)
  expect(performance.now() - started).toBeLessThan(12_000)
})

test('as a process it serves from its environment, and SIGTERM ends it', async () => {
  const endpoint = new URL(merchant.provider.url)
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: {
      PORT: '0',
      PUBLIC_URL: 'https://pay.example/',
      STRIPE_WEBHOOK_URL: endpoint.href,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  const { id, url } = await begin(String(line).split(' ').at(-1))
  expect(url).toBe(`https://pay.example/c/pay/${id}`)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

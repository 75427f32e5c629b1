import { randomUUID } from 'node:crypto'
import { type Provider, startProvider } from '@turnpike/local/provider/main.ts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'
import { startApi, startCoreProcess } from '../core-process.ts'
import { type HoldingProxy, startHoldingProxy } from './holding-proxy.ts'

/* The processes as they ship, and the stand-in for Stripe, which ends what a customer subscribed to when it forgets the customer. */

const secret = 'whsec_of_the_test'
const patiently = { timeout: 25_000, interval: 50 }
let park: CarPark
let site: Site
let provider: Provider
/** The address of the core for webhooks, which is not known before the provider's is. */
let back: HoldingProxy
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
  back = await startHoldingProxy('http://127.0.0.1:9')
  provider = await startProvider({ webhookUrl: `${back.url}/webhooks/stripe`, webhookSecret: secret })
})
afterAll(async () => {
  await provider.stop()
  await back.stop()
  await park.close()
})

const atProvider = async (method: string, path: string) =>
  (
    await fetch(`${provider.url}/v1/${path}`, { method, headers: { authorization: 'Bearer sk_test_of_nobody' } })
  ).json() as Promise<{ data: { id: string; customer: string }[] }>
const post = (url: string, body: unknown, key?: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  })

/** The core and its worker, and somebody who buys a subscription for a car. */
async function running(plate: string) {
  const settings = { STRIPE_API_URL: provider.url, STRIPE_SECRET_KEY: 'sk_test_of_nobody' }
  const api = await startApi(park.testDatabase.appUrl, { ...settings, STRIPE_WEBHOOK_SECRET: secret })
  back.state.target = api.url
  await startCoreProcess('worker', { ...settings, DATABASE_URL: park.testDatabase.appUrl })
  const planId = await park.planOnOffer(site.id)
  const wanted = {
    purchaseId: randomUUID(),
    planId,
    holder: 'Ada',
    email: 'ada@example.org',
    provider: 'stripe',
    plates: [plate],
  }
  const buy = async () =>
    (await post(`${api.url}/v1/public/subscriptions`, wanted)).json() as Promise<{
      subscriptionId: string
      redirectUrl: string
    }>
  return { api, buy }
}

async function paid(subscriptionId: string, redirectUrl: string) {
  await fetch(`${redirectUrl}/pay`, { method: 'POST', redirect: 'manual' })
  const isPaid = `subscriptions s join payments p on p.subscription_id = s.id where s.id = $1 and s.status = 'active'`
  await vi.waitFor(async () => expect(await park.count(isPaid, [subscriptionId])).toBe(1), patiently)
}

test('a driver who begins one purchase many times at once, and pays, is one customer with one subscription (failure 11)', {
  timeout: 60_000,
}, async () => {
  const { buy } = await running('DC 47193')
  const begun = await Promise.all(Array.from({ length: 5 }, buy))
  expect(new Set(begun.map((each) => JSON.stringify(each))).size).toBe(1)
  for (const { redirectUrl } of begun) await fetch(`${redirectUrl}/pay`, { method: 'POST', redirect: 'manual' })
  await paid(begun[0]!.subscriptionId, begun[0]!.redirectUrl)
  const at = async (path: string) => (await atProvider('GET', path)).data.length
  expect([await at('checkout/sessions'), await at('customers'), await at('subscriptions')]).toEqual([1, 1, 1])
  expect(await park.count('subscriptions')).toBe(1)
})

test('a customer who is deleted at the provider parks no more, and what was paid stays on record (failure 13)', {
  timeout: 60_000,
}, async () => {
  const { api, buy } = await running('DC 47156')
  const { subscriptionId, redirectUrl } = await buy()
  await paid(subscriptionId, redirectUrl)
  const read = async () => {
    const { camera } = site.entry
    const event = { eventId: randomUUID(), plate: 'DC 47156', capturedAt: new Date().toISOString() }
    const answer = await post(`${api.url}/v1/cameras/${camera.id}/events`, event, camera.key)
    return ((await answer.json()) as { outcome: string }).outcome
  }
  expect(await read()).toBe('ALLOW')
  const kind = 'turned_back'
  const passage = { kind, occurredAt: new Date().toISOString() }
  await post(`${api.url}/v1/gates/${site.entry.gateId}/passages`, passage, site.entry.key)

  const { provider_object_id } = await park.row('select provider_object_id from subscriptions where id = $1', [
    subscriptionId,
  ])
  const { data } = await atProvider('GET', 'subscriptions')
  const { customer } = data.find(({ id }) => id === provider_object_id)!
  await atProvider('DELETE', `customers/${customer}`)
  const told = `payment_events where event_type = 'customer.deleted'`
  await vi.waitFor(async () => expect(await park.count(told)).toBe(1), patiently)
  const ended = `subscriptions where id = $1 and status = 'cancelled'`
  await vi.waitFor(async () => expect(await park.count(ended, [subscriptionId])).toBe(1), patiently)
  await vi.waitFor(async () => expect(await read()).toBe('DENY'), patiently)
  expect(
    await park.row('select amount_minor, currency from payments where subscription_id = $1', [subscriptionId]),
  ).toEqual({ amount_minor: 4_900, currency: 'EUR' })
  expect(await park.count(`payment_events where state in ('parked', 'accepted')`)).toBe(0)
})

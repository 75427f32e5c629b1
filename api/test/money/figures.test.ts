import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guarded } from '../../src/payment-providers.ts'
import { openCarPark } from '../car-park.ts'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'
import { TestProvider } from './test-provider.ts'

let paying: PayingPark
let site: Site
beforeAll(async () => {
  paying = await openPayingPark()
  site = await paying.park.site({ capacity: 100 })
})
afterAll(() => paying.close())

/** A figure of `/metrics`; undefined where it is not shown. */
async function figure(name: string, app = paying.park.app): Promise<number | undefined> {
  const { body } = await app.inject('/metrics')
  const line = body.split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.split(' ')[1])
}
/** They are collected once a second: until then those of before are shown. */
const soon = <T>(shown: () => Promise<T>) => expect.poll(shown, { timeout: 5_000 })
const events = (result: string) => figure(`turnpike_payment_events_total{provider="stripe",result="${result}"}`)

test('notifications are counted by what became of them, and no figure names a vehicle or a payment', async () => {
  const { quoteId, fact, plate } = await paying.carThatOwes(site, 'FG 47161')
  const eventId = `evt_${randomUUID()}`
  await paying.park.pay(quoteId, 200, { eventId, factId: fact })
  await paying.park.pay(quoteId, 200, { eventId, factId: fact })
  await paying.park.pay(randomUUID(), 200)
  const counted = async () => [await events('applied'), await events('duplicate'), await events('parked')]
  await soon(counted).toEqual([1, 1, 1])
  await soon(() => figure('turnpike_payment_parked')).toBe(1)
  const { body } = await paying.park.app.inject('/metrics')
  for (const secret of [plate.replace(' ', ''), quoteId, fact]) expect(body).not.toContain(secret)
})

test('what is taken and not applied has an age, until the worker has applied it', async () => {
  const sub = await paying.bought(site, 'FG 47163')
  paying.provider.subscription(sub.objectId, { reference: sub.id })
  await soon(() => figure('turnpike_payment_accepted_age_seconds')).toBe(0)
  await paying.changed(sub.objectId, sub.id)
  paying.park.wait(3)
  await soon(() => figure('turnpike_payment_accepted_age_seconds')).toBe(180)
  await paying.work()
  await soon(() => figure('turnpike_payment_accepted_age_seconds')).toBe(0)
})

test('calls that are not done are counted by kind, and how long they have been due is shown', async () => {
  const { quoteId } = await paying.carThatOwes(site, 'FG 47165')
  await paying.park.post(`/v1/quotes/${quoteId}/checkout`, undefined, { provider: 'stripe' })
  const open = async () => [
    await figure('turnpike_provider_calls_open{kind="expire_checkout"}'),
    await figure('turnpike_provider_calls_overdue_seconds'),
  ]
  await soon(open).toEqual([1, 0])
  paying.park.wait(17)
  await soon(() => figure('turnpike_provider_calls_overdue_seconds')).toBeGreaterThan(60)
  await paying.work()
  await soon(open).toEqual([undefined, 0])
})

test('a provider that is left alone shows, and Postgres that is away shows no old figures', async () => {
  const provider = new TestProvider()
  const stripe = guarded(provider)
  const park = await openCarPark({ providers: { stripe } })
  const shown = async () => [
    await figure('turnpike_provider_left_alone{provider="stripe"}', park.app),
    await figure('turnpike_payment_parked', park.app),
  ]
  await soon(shown).toEqual([0, 0])
  provider.down = true
  for (let n = 0; n < 5; n += 1) await stripe.fetchState('subscription', 'sub_1').catch(() => {})
  await soon(shown).toEqual([1, 0])
  await park.core.database.close()
  await soon(shown).toEqual([1, undefined])
  await park.close().catch(() => {})
})

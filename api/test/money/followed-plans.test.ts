import { randomUUID } from 'node:crypto'
import type { SubscriptionPrice } from '@turnpike/providers/provider.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

/* A subscription whose price is switched at its provider. */

let paying: PayingPark
let sites: Site[]
beforeAll(async () => {
  paying = await openPayingPark()
  sites = [await paying.park.site(), await paying.park.site()]
})
afterAll(() => paying.close())

let prices = 1_000
/** A price that no other test has. */
const newPrice = (): SubscriptionPrice => {
  prices += 100
  return { amountMinor: prices, currency: 'EUR', period: { every: 1, unit: 'month' } }
}
async function plan(price: SubscriptionPrice, at: Site[]): Promise<string> {
  const id = randomUUID()
  const { amountMinor, currency, period } = price
  await paying.park.database.pool.query(
    `insert into plans (id, name, amount_minor, currency, period_every, period_unit) values ($1, 'Plan', $2, $3, $4, $5)`,
    [id, amountMinor, currency, period.every, period.unit],
  )
  for (const site of at) await paying.park.database.pool.query('insert into plan_sites values ($1, $2)', [id, site.id])
  return id
}
/** Somebody who pays for the first of these, at the first site. */
async function subscribed(price: SubscriptionPrice) {
  const planId = await plan(price, [sites[0]!])
  const sub = await paying.bought(sites[0]!, `FP ${prices}`)
  await paying.park.database.pool.query('update subscriptions set plan_id = $2 where id = $1', [sub.id, planId])
  const charge = async (now: SubscriptionPrice | null) => {
    paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active', price: now })
    await paying.changed(sub.objectId, sub.id)
    await paying.work()
    return (await paying.park.row(
      `select plan_id, (select array_agg(site_id::text order by site_id) from subscription_sites where subscription_id = $1) as sites
         from subscriptions where id = $1`,
      [sub.id],
    )) as { plan_id: string; sites: string[] }
  }
  await charge(price)
  const parked = () =>
    paying.park.count(
      `payment_events e join alerts a on a.subject_id = e.id and a.state <> 'resolved' where e.event_id = $1 and e.state = 'parked'`,
      [`price of ${sub.objectId} not_understood`],
    )
  return { ...sub, planId, charge, parked }
}
const idsOf = (at: Site[]) => at.map(({ id }) => id).sort()

describe('a subscription whose price was switched at its provider', () => {
  test('follows it to the plan of that price, with its sites, on record', async () => {
    const [small, large] = [newPrice(), newPrice()]
    const sub = await subscribed(small)
    const largePlan = await plan(large, sites)
    expect(await sub.charge(large)).toEqual({ plan_id: largePlan, sites: idsOf(sites) })
    expect(
      await paying.park.count(`audit_entries where action = 'subscription.plan_followed' and subject_id = $1`, [
        sub.id,
      ]),
    ).toBe(1)
    expect(await sub.charge(small)).toEqual({ plan_id: sub.planId, sites: idsOf([sites[0]!]) })
    expect(await sub.parked()).toBe(0)
  })

  test.each<[string, (price: SubscriptionPrice) => SubscriptionPrice | null]>([
    ['another sum', ({ amountMinor, ...rest }) => ({ ...rest, amountMinor: amountMinor + 1 })],
    ['another currency', (price) => ({ ...price, currency: 'CHF' })],
    ['another period', (price) => ({ ...price, period: { every: 3, unit: 'month' } })],
    ['something that no plan could cost', () => null],
  ])(
    'to %s stays as it is, and somebody is told once; as soon as it fits again, nobody is',
    async (_what, switched) => {
      const price = newPrice()
      const sub = await subscribed(price)
      const before = { plan_id: sub.planId, sites: idsOf([sites[0]!]) }
      for (let n = 0; n < 2; n += 1) expect(await sub.charge(switched(price))).toEqual(before)
      expect(await sub.parked()).toBe(1)
      expect(await sub.charge(price)).toEqual(before)
      expect(await sub.parked()).toBe(0)
      await sub.charge(switched(price))
      expect(await sub.parked()).toBe(1)
    },
  )

  test('to the price of two plans is not guessed; once there is one, it is followed', async () => {
    const [old, shared] = [newPrice(), newPrice()]
    const sub = await subscribed(old)
    const [one, other] = [await plan(shared, sites), await plan(shared, [sites[1]!])]
    expect((await sub.charge(shared)).plan_id).toBe(sub.planId)
    expect(await sub.parked()).toBe(1)
    await paying.park.database.pool.query('update plans set amount_minor = 1 where id = $1', [other])
    expect((await sub.charge(shared)).plan_id).toBe(one)
    expect(await sub.parked()).toBe(0)
  })
})

test('a plan that gets a new price moves none of those who go on paying the old one', async () => {
  const [old, fresh] = [newPrice(), newPrice()]
  const sub = await subscribed(old)
  await paying.park.database.pool.query('update plans set amount_minor = $2 where id = $1', [
    sub.planId,
    fresh.amountMinor,
  ])
  await plan(old, sites)
  expect(await sub.charge(old)).toEqual({ plan_id: sub.planId, sites: idsOf([sites[0]!]) })
  expect(await sub.parked()).toBe(0)
})

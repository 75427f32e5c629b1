import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CarPark, Site } from '../car-park.ts'
import { addOperator, openSignIn, type SignIn } from '../operator.ts'
import { type Client, clientOf } from '../operator-client.ts'
import { openPayingPark, type PayingPark } from './paying-park.ts'

let signIn: SignIn
let paying: PayingPark
let park: CarPark
let site: Site
let admin: Client
beforeAll(async () => {
  signIn = await openSignIn()
  paying = await openPayingPark({
    verifyIdToken: signIn.verifyIdToken,
    accounts: signIn.accounts,
    trustProxy: 'loopback',
  })
  ;({ park } = paying)
  site = await park.site({ unknownVehiclePolicy: 'subscribers_only', capacity: 100 })
  admin = clientOf(park, (await addOperator(park, signIn, 'admin', [])).token)
})
afterAll(async () => {
  await paying.close()
  await signIn.stop()
})

const mayPark = async (plate: string) => {
  const { outcome } = await park.read(site.entry, plate)
  if (outcome === 'ALLOW') await park.passage(site.entry, 'turned_back')
  park.wait(4)
  return outcome === 'ALLOW'
}
const newPlan = (said: Record<string, unknown> = {}) =>
  admin.expect(201, admin.post('/v1/plans', { name: 'Monthly', siteIds: [site.id], ...said }))
const price = { amountMinor: 4_900, currency: 'EUR', period: { every: 1, unit: 'month' }, trialDays: 14 }
/** A subscription that the provider collects for, active there and here. */
async function collected(plate: string, planId?: string) {
  const sub = await paying.bought(site, plate)
  if (planId !== undefined)
    await park.database.pool.query('update subscriptions set plan_id = $2 where id = $1', [sub.id, planId])
  paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active' })
  await paying.changed(sub.objectId, sub.id)
  await paying.work()
  return { ...sub, url: `/v1/subscriptions/${sub.id}` }
}

describe('a plan', () => {
  test('has a price, a period, a trial and grace, and is shown to drivers once it is offered', async () => {
    const plan = await newPlan({ price, graceDays: 3 })
    expect(plan).toMatchObject({ price, offeredPublicly: false, graceDays: 3 })
    const offered = async () =>
      (await park.app.inject('/v1/public/plans')).json().items.map(({ id }: { id: string }) => id)
    expect(await offered()).not.toContain(plan.id)
    await admin.expect(200, admin.change(`/v1/plans/${plan.id}`, 1, { offeredPublicly: true }))
    expect(await offered()).toContain(plan.id)
  })

  test('is paid in the currency of its sites: money is counted by site', async () => {
    const wanted = { name: 'Abroad', siteIds: [site.id], price: { ...price, currency: 'CHF' } }
    expect((await admin.post('/v1/plans', wanted)).statusCode).toBe(409)
  })

  test('without a price is offered to nobody', async () => {
    expect(
      (await admin.post('/v1/plans', { name: 'Free', siteIds: [site.id], offeredPublicly: true })).statusCode,
    ).toBe(400)
    const plan = await newPlan({ price, offeredPublicly: true })
    expect((await admin.change(`/v1/plans/${plan.id}`, 1, { price: null })).statusCode).toBe(400)
    await admin.expect(200, admin.change(`/v1/plans/${plan.id}`, 1, { price: null, offeredPublicly: false }))
  })
})

describe('a subscription that a provider collects for', () => {
  test('is paused and cancelled there, and here once the provider says so', async () => {
    const sub = await collected('OS 47131')
    const act = async (action: string) => {
      await admin.expect(200, admin.post(`${sub.url}/actions`, { action, reason: 'asked by telephone' }))
      await paying.work()
      return admin.expect(200, admin.get(sub.url))
    }
    expect(await act('pause')).toMatchObject({ status: 'active', collectionPaused: true, entitled: true })
    // What its holder has cancelled ends all the same, unless somebody says that too.
    expect(await act('cancel_at_period_end')).toMatchObject({ collectionPaused: true, cancelAtPeriodEnd: true })
    expect(await act('resume')).toMatchObject({ collectionPaused: false, cancelAtPeriodEnd: true })
    expect(await act('keep')).toMatchObject({ collectionPaused: false, cancelAtPeriodEnd: false })
    expect(await act('cancel_now')).toMatchObject({ status: 'cancelled', entitled: false, state: 'ended' })
    expect(await mayPark('OS 47131')).toBe(false)
    expect((await admin.post(`${sub.url}/actions`, { action: 'resume', reason: 'asked again' })).statusCode).toBe(409)
  })

  test('is not ended behind the provider’s back, which would go on charging', async () => {
    const sub = await collected('OS 47133')
    const { version } = await admin.expect(200, admin.get(sub.url))
    expect((await admin.end(sub.url, version)).statusCode).toBe(409)
    for (const end of [park.clock.now, new Date(park.clock.now.getTime() + 86_400_000)]) {
      const answer = await admin.change(sub.url, version, { validUntil: end.toISOString() })
      expect([answer.statusCode, answer.json().detail]).toEqual([409, expect.stringContaining('cancel it there')])
    }
    expect(await mayPark('OS 47133')).toBe(true)
    expect(
      await admin.expect(200, admin.change(sub.url, version, { validUntil: null, holder: 'Another' })),
    ).toMatchObject({ holder: 'Another', validUntil: null })
  })

  test('moves to another plan of the same price only: the provider would go on charging the old one', async () => {
    const [one, same, other] = [
      await newPlan({ price }),
      await newPlan({ price }),
      await newPlan({ price: { ...price, amountMinor: 9_900 } }),
    ]
    const sub = await collected('OS 47135', one.id)
    const { version } = await admin.expect(200, admin.get(sub.url))
    expect((await admin.change(sub.url, version, { planId: other.id })).statusCode).toBe(409)
    expect(await admin.expect(200, admin.change(sub.url, version, { planId: same.id }))).toMatchObject({
      planId: same.id,
    })
  })
})

test('one that nobody collects for is paused and resumed here at once', async () => {
  const plan = await newPlan()
  const body = { planId: plan.id, holder: 'Neighbour', siteIds: [site.id], plates: ['OS 47139'] }
  const { id } = await admin.expect(201, admin.post('/v1/subscriptions', body))
  park.wait(1)
  const act = (action: string) => admin.post(`/v1/subscriptions/${id}/actions`, { action, reason: 'on holiday' })
  expect(await mayPark('OS 47139')).toBe(true)
  expect(await admin.expect(200, act('pause'))).toMatchObject({ status: 'paused', entitled: false })
  expect(await mayPark('OS 47139')).toBe(false)
  await admin.expect(200, act('resume'))
  expect(await mayPark('OS 47139')).toBe(true)
  expect((await act('cancel_now')).statusCode).toBe(409)
})

test('a rule of who may park by the status is changed by an admin, seen at the next read, and recorded', async () => {
  const sub = await collected('OS 47141')
  paying.provider.subscription(sub.objectId, { status: 'unpaid' })
  await paying.changed(sub.objectId)
  await paying.work()
  park.wait(1)
  const rule = { status: 'unpaid', collectionPaused: false, changeReason: 'as the owner decided' }
  const set = (entitled: string) => admin.expect(200, admin.post('/v1/entitlement-rules', { ...rule, entitled }))
  expect(await mayPark('OS 47141')).toBe(false)
  const { items } = await set('yes')
  expect(items).toHaveLength(14)
  expect(await mayPark('OS 47141')).toBe(true)
  await set('no')
  expect(await mayPark('OS 47141')).toBe(false)
  expect(
    await park.count(`audit_entries where action = 'entitlement_rule.changed' and reason = 'as the owner decided'`),
  ).toBe(2)
})

describe('whoever asks what a plate owes', () => {
  const quote = (plate: string, from: string) =>
    park.app.inject({
      method: 'POST',
      url: '/v1/quotes',
      headers: { 'x-forwarded-for': from },
      payload: { siteId: open.id, plate },
    })
  let open: Site
  beforeAll(async () => {
    open = await park.site()
  })

  test('gets the same answer for one that is inside and owes nothing, that left, and that nobody ever saw', async () => {
    await park.read(open.entry, 'IN 47143')
    await park.passage(open.entry, 'passed')
    const answers = [await quote('IN 47143', '10.1.1.1'), await quote('NEVER 47145', '10.1.1.1')]
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [200, '{"quote":null}'],
      [200, '{"quote":null}'],
    ])
  })

  test('is slowed down when he tries one plate after the other, in advance too', async () => {
    const statuses = []
    for (let n = 0; n < 62; n += 1) statuses.push((await quote(`TRY ${n}`, '10.2.2.2')).statusCode)
    expect(statuses.filter((status) => status === 429)).toHaveLength(2)
    expect((await quote('TRY 1', '10.3.3.3')).statusCode).toBe(200)
  })
})

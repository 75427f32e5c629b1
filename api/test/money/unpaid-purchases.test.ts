import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { reconcilePayments } from '../../src/services/reconcile-payments.ts'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

let paying: PayingPark
let site: Site
let planId: string
beforeAll(async () => {
  paying = await openPayingPark({ trustProxy: 'loopback' })
  site = await paying.park.site({ unknownVehiclePolicy: 'subscribers_only', capacity: 100 })
  planId = await paying.park.planOnOffer(site.id)
})
afterEach(() => {
  paying.provider.refuses = undefined
})
afterAll(() => paying.close())

let people = 0
/** Somebody who got as far as the provider's page, and the checkout there. */
async function purchase(said: Record<string, unknown> = {}) {
  people += 1
  const plate = `UP ${10_000 + people * 37}`
  const body = { planId, holder: 'Ada', email: `up${people}@example.org`, provider: 'stripe', plates: [plate], ...said }
  const answer = await paying.park.app.inject({
    method: 'POST',
    url: '/v1/public/subscriptions',
    headers: { 'x-forwarded-for': `10.7.0.${people}` },
    payload: body,
  })
  const [call] = (
    await paying.park.database.pool.query('select subject_id, result from outbound_calls order by id desc limit 1')
  ).rows
  const id: string = call.subject_id
  return { answer, plate, id, checkoutId: call.result?.checkout?.providerObjectId as string }
}
const hours = (count: number) => paying.park.wait(count * 60)
const reconcile = async () => {
  await reconcilePayments(
    paying.deps,
    () => {},
    (error) => {
      throw error
    },
  )
  await paying.work()
}
const state = async (id: string) => (await paying.park.app.inject(`/v1/public/subscriptions/${id}`)).json().state
const expired = (id: string, checkoutId: string) => ({
  kind: 'payment_failed' as const,
  objectId: checkoutId,
  reference: id,
})
const mayPark = async (plate: string) => {
  const { outcome } = await paying.park.read(site.entry, plate)
  if (outcome === 'ALLOW') await paying.park.passage(site.entry, 'turned_back')
  paying.park.wait(4)
  return outcome === 'ALLOW'
}

describe('a purchase that nobody pays', () => {
  test('ends when its provider says that the checkout has expired, and once', async () => {
    const { id, checkoutId } = await purchase()
    const told = () => paying.park.notify('checkout.session.expired', expired(id, checkoutId))
    expect((await told()).json().result).toBe('applied')
    expect((await told()).json().result).toBe('ignored')
    expect(await state(id)).toBe('ended')
    const ended = `audit_entries where action = 'subscription.purchase_ended' and subject_id = $1`
    expect(await paying.park.count(ended, [id])).toBe(1)
  })

  test('ends by the reconciler, which asks after a day, where that was never heard or the checkout is forgotten', async () => {
    const [heard, forgotten, open] = [await purchase(), await purchase(), await purchase()]
    paying.provider.facts.set(heard.checkoutId, [expired(heard.id, heard.checkoutId)])
    paying.provider.facts.set(open.checkoutId, [])
    hours(23)
    await reconcile()
    expect(await state(heard.id)).toBe('awaiting_payment')
    hours(2)
    await reconcile()
    expect([await state(heard.id), await state(forgotten.id), await state(open.id)]).toEqual([
      'ended',
      'ended',
      'awaiting_payment',
    ])
  })

  test('ends after three days at a provider that closes no checkout, and begins should it be paid after all', async () => {
    const { id, plate } = await purchase()
    const objectId = `I-${randomUUID()}`
    paying.provider.subscription(objectId, { reference: id, status: 'incomplete' })
    await paying.changed(objectId, id)
    await paying.work()
    hours(71)
    await reconcile()
    expect(await state(id)).toBe('awaiting_payment')
    hours(2)
    await reconcile()
    expect([await state(id), await mayPark(plate)]).toEqual(['ended', false])

    paying.provider.subscription(objectId, { status: 'active' })
    await paying.changed(objectId, id)
    await paying.work()
    expect([await state(id), await mayPark(plate)]).toEqual(['active', true])
  })

  test('ends at once where its provider refuses it', async () => {
    paying.provider.refuses = 'currency_not_supported'
    const { id, answer } = await purchase()
    expect(answer.statusCode).toBe(409)
    expect(await state(id)).toBe('ended')
  })

  test('for later ends before it begins, and lets nobody park then', async () => {
    const startsAt = new Date(paying.park.clock.now.getTime() + 10 * 86_400_000).toISOString()
    const { id, checkoutId, plate } = await purchase({ startsAt })
    await paying.park.notify('checkout.session.expired', expired(id, checkoutId))
    hours(11 * 24)
    expect(await mayPark(plate)).toBe(false)
  })
})

test('a checkout of a stay that expires ends no subscription, and one that has begun is not ended by it', async () => {
  const { id, checkoutId } = await purchase()
  const objectId = `sub_${randomUUID()}`
  paying.provider.subscription(objectId, { reference: id, status: 'active' })
  await paying.changed(objectId, id)
  await paying.work()
  const answer = await paying.park.notify('checkout.session.expired', expired(id, checkoutId))
  expect(answer.json().result).toBe('ignored')
  const other = await paying.park.notify('checkout.session.expired', expired(randomUUID(), 'cs_of_a_stay'))
  expect(other.json().result).toBe('ignored')
  expect(await state(id)).toBe('active')
})

import { randomUUID } from 'node:crypto'
import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mended, reconcilePayments } from '../../src/services/reconcile-payments.ts'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

/* What nobody understood when it came, and the code of a later release does. */

let paying: PayingPark
let site: Site
beforeAll(async () => {
  paying = await openPayingPark()
  site = await paying.park.site({ capacity: 500 })
})
afterAll(() => paying.close())

let cars = 0
const carThatOwes = () => {
  cars += 1
  return paying.carThatOwes(site, `UL ${10_000 + cars * 37}`)
}
const strange: PaymentChange = { kind: 'not_understood', reason: 'amount_total: is not what it was' }
const captured = (car: { fact: string; quoteId: string }): PaymentChange => ({
  kind: 'payment_captured',
  factId: car.fact,
  reference: car.quoteId,
  subscriptionObjectId: null,
  amountMinor: 200,
  currency: 'EUR',
  capturedAt: paying.park.clock.now.toISOString(),
})
/** The provider lists the event as today's code reads it. */
const nowReads = (eventId: string, at: Date, change: PaymentChange) =>
  paying.provider.told.push({ at, event: { provider: 'stripe', eventId, eventType: 'told', change } })
async function reconcile(process?: Set<'stripe' | 'paypal'>): Promise<Mended[]> {
  const mended: Mended[] = []
  const onError = (error: unknown) => {
    throw error
  }
  await reconcilePayments(paying.deps, (each) => mended.push(each), onError, process)
  await paying.work()
  return mended
}
const stateOf = async (eventId: string) =>
  (await paying.park.row('select state::text from payment_events where event_id = $1', [eventId])).state
const payments = (fact: string) => paying.park.count('payments where fact_id = $1', [fact])
const openAlerts = (eventId: string) =>
  paying.park.count(
    `alerts where kind = 'payment_parked' and state <> 'resolved' and subject_id = (select id from payment_events where event_id = $1)`,
    [eventId],
  )

describe('a notification that nobody understood', () => {
  test('is applied once by the reconciler of a release that does, however long ago the cursor passed it', async () => {
    const car = await carThatOwes()
    const eventId = `evt_${randomUUID()}`
    const at = new Date(paying.park.clock.now)
    expect((await paying.park.notify('told', strange, eventId)).json().result).toBe('parked')
    const old = new Set<'stripe' | 'paypal'>()
    for (let days = 0; days < 3; days += 1) {
      await reconcile(old)
      paying.park.wait(24 * 60)
    }
    expect([await stateOf(eventId), await openAlerts(eventId)]).toEqual(['parked', 1])

    nowReads(eventId, at, captured(car))
    const mended = await reconcile(new Set())
    expect(mended).toMatchObject([{ eventId, result: 'applied' }])
    expect([await stateOf(eventId), await payments(car.fact), await openAlerts(eventId)]).toEqual(['applied', 1, 0])
    expect(await reconcile(new Set())).toEqual([])
    expect(await payments(car.fact)).toBe(1)
  })

  test('is applied once by a redelivery, fifty times at once', async () => {
    const car = await carThatOwes()
    const eventId = `evt_${randomUUID()}`
    await paying.park.notify('told', strange, eventId)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => paying.park.notify('told', captured(car), eventId)),
    )
    expect(answers.map((answer) => answer.json().result).sort()).toEqual(['applied', ...Array(49).fill('duplicate')])
    expect([await payments(car.fact), await openAlerts(eventId)]).toEqual([1, 0])
  })

  test('that turns out to be of no use leaves the orphans; one that was dismissed stays so', async () => {
    const [useless, dismissed] = [`evt_${randomUUID()}`, `evt_${randomUUID()}`]
    for (const eventId of [useless, dismissed]) await paying.park.notify('told', strange, eventId)
    const ignored = { kind: 'ignored', reason: 'no use for it' }
    expect((await paying.park.notify('told', ignored, useless)).json().result).toBe('ignored')
    expect([await stateOf(useless), await openAlerts(useless)]).toEqual(['ignored', 0])
    await paying.park.database.pool.query(`update payment_events set state = 'ignored' where event_id = $1`, [
      dismissed,
    ])
    const car = await carThatOwes()
    expect((await paying.park.notify('told', captured(car), dismissed)).json().result).toBe('duplicate')
    expect(await payments(car.fact)).toBe(0)
  })

  test('of a type that was of no use before is applied once there is a use for it', async () => {
    const car = await carThatOwes()
    const eventId = `evt_${randomUUID()}`
    await paying.park.notify('told', { kind: 'ignored', reason: 'no use for events of this type' }, eventId)
    expect((await paying.park.notify('told', captured(car), eventId)).json().result).toBe('applied')
    expect((await paying.park.notify('told', captured(car), eventId)).json().result).toBe('duplicate')
    expect(await payments(car.fact)).toBe(1)
  })
})

describe('something that was fetched and that nobody understood', () => {
  test('is fetched again by the first run of a release, applied once, and leaves the orphans', async () => {
    const car = await carThatOwes()
    const objectId = `in_${randomUUID()}`
    const eventId = `fetched ${objectId} not_understood`
    paying.provider.facts.set(objectId, [strange])
    const changed = { kind: 'object_changed', objectKind: 'invoice', objectId, reference: null }
    await paying.park.notify('invoice.paid', changed)
    await paying.work()
    expect([await stateOf(eventId), await openAlerts(eventId)]).toEqual(['parked', 1])
    await reconcile(new Set())
    expect([await stateOf(eventId), await openAlerts(eventId)]).toEqual(['parked', 1])

    paying.provider.facts.set(objectId, [captured(car)])
    await reconcile(new Set())
    expect([await stateOf(eventId), await openAlerts(eventId), await payments(car.fact)]).toEqual(['applied', 0, 1])

    paying.provider.facts.set(objectId, [strange])
    await paying.park.notify('invoice.paid', changed)
    await paying.work()
    expect([await stateOf(eventId), await openAlerts(eventId), await payments(car.fact)]).toEqual(['parked', 1, 1])
  })
})

describe('money that was fetched before anything said which subscription it pays', () => {
  const ofNobody = (fact: string): PaymentChange => ({
    kind: 'payment_captured',
    factId: fact,
    reference: null,
    subscriptionObjectId: null,
    amountMinor: 4_900,
    currency: 'EUR',
    capturedAt: paying.park.clock.now.toISOString(),
  })
  async function fetched(objectKind: 'payment' | 'invoice' | 'subscription', objectId: string) {
    await paying.park.notify('told', { kind: 'object_changed', objectKind, objectId, reference: null })
    await paying.work()
  }
  async function parkedRenewal() {
    cars += 1
    const sub = await paying.bought(site, `UL ${10_000 + cars * 37}`)
    paying.provider.subscription(sub.objectId, { reference: sub.id })
    const [fact, invoice] = [`pi_${randomUUID()}`, `in_${randomUUID()}`]
    paying.provider.facts.set(fact, [ofNobody(fact)])
    paying.provider.facts.set(invoice, [{ ...ofNobody(fact), subscriptionObjectId: sub.objectId } as PaymentChange])
    const eventId = `fetched ${fact} payment_captured`
    await fetched('payment', fact)
    expect([await stateOf(eventId), await openAlerts(eventId)]).toEqual(['parked', 1])
    const ended = async () => {
      expect([await stateOf(eventId), await openAlerts(eventId)]).toEqual(['applied', 0])
      expect(await paying.park.count('payments where fact_id = $1 and subscription_id = $2', [fact, sub.id])).toBe(1)
    }
    return { sub, fact, invoice, ended }
  }

  test('is its subscription’s once its invoice is fetched, and no orphan any more', async () => {
    const { sub, fact, invoice, ended } = await parkedRenewal()
    await fetched('subscription', sub.objectId)
    await fetched('invoice', invoice)
    await ended()
    await fetched('payment', fact)
    await ended()
  })

  test('waits for its subscription once it is named, and is no orphan once that is known', async () => {
    const { sub, invoice, ended } = await parkedRenewal()
    await fetched('invoice', invoice)
    await fetched('subscription', sub.objectId)
    await ended()
  })
})

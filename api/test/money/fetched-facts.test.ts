import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

/* Things at a provider that amount to facts when they are asked for: a checkout that was approved, a payment, a refund, a dispute. */

let paying: PayingPark
let site: Site
beforeAll(async () => {
  paying = await openPayingPark()
  site = await paying.park.site({ capacity: 100 })
})
afterAll(() => paying.close())

let cars = 0
const carThatOwes = () => {
  cars += 1
  return paying.carThatOwes(site, `FF ${10_000 + cars * 37}`)
}
const captured = (car: { fact: string; quoteId: string }) => ({
  kind: 'payment_captured' as const,
  factId: car.fact,
  reference: car.quoteId,
  subscriptionObjectId: null,
  amountMinor: 200,
  currency: 'EUR',
  capturedAt: paying.park.clock.now.toISOString(),
})
const changed = (objectKind: string, objectId: string, eventId?: string) =>
  paying.park.notify(
    `${objectKind}.changed`,
    { kind: 'object_changed', objectKind, objectId, reference: null },
    eventId,
  )

test('a checkout that was approved is a payment once the worker has asked, and opens the exit', async () => {
  const car = await carThatOwes()
  const checkoutId = `order_${randomUUID()}`
  paying.provider.facts.set(checkoutId, [captured(car)])
  expect((await changed('checkout', checkoutId)).json().result).toBe('accepted')
  await paying.work()
  const payment = await paying.park.row('select id from payments where fact_id = $1', [car.fact])
  expect(await paying.park.count('commands where payment_id = $1', [payment.id])).toBe(1)
})

test.each([
  ['the worker first', ['work', 'capture']],
  ['the notification of the capture first', ['capture', 'work']],
  ['both at once', ['both']],
])(
  'told twice over, by what is fetched and by a notification, it is one payment: %s (failures 16 and 21)',
  async (_which, steps) => {
    const car = await carThatOwes()
    const checkoutId = `order_${randomUUID()}`
    paying.provider.facts.set(checkoutId, [captured(car)])
    await changed('checkout', checkoutId)
    const capture = () => paying.park.notify('payment.capture.completed', captured(car))
    for (const step of steps) {
      if (step === 'work') await paying.work()
      if (step === 'capture') await capture()
      if (step === 'both') await Promise.all([paying.work(), capture(), capture()])
    }
    expect(await paying.park.count('payments where fact_id = $1', [car.fact])).toBe(1)
    expect(
      await paying.park.count('commands where payment_id in (select id from payments where fact_id = $1)', [car.fact]),
    ).toBe(1)
    expect(await paying.park.count('refunds where payment_fact_id = $1', [car.fact])).toBe(0)
  },
)

test('a refund that goes on is kept as far as it has come, however often it is asked for', async () => {
  const car = await carThatOwes()
  await paying.park.pay(car.quoteId, 200, { factId: car.fact })
  const refundId = `re_${randomUUID()}`
  for (const state of ['pending', 'succeeded', 'succeeded'] as const) {
    paying.provider.facts.set(refundId, [
      {
        kind: 'payment_refunded',
        factId: refundId,
        state,
        paymentFactId: car.fact,
        amountMinor: 80,
        currency: 'EUR',
        occurredAt: paying.park.clock.now.toISOString(),
      },
    ])
    await changed('refund', refundId)
    await paying.work()
  }
  const rows = await paying.park.database.pool.query('select state::text from refunds where payment_fact_id = $1', [
    car.fact,
  ])
  expect(rows.rows).toEqual([{ state: 'succeeded' }])
})

test('a dispute that was lost and won on appeal is won, and opens again when that is appealed', async () => {
  const car = await carThatOwes()
  await paying.park.pay(car.quoteId, 200, { factId: car.fact })
  const disputeId = `dp_${randomUUID()}`
  const dispute = (state: 'open' | 'won' | 'lost') => ({
    kind: 'payment_disputed' as const,
    factId: disputeId,
    state,
    paymentFactId: car.fact,
    amountMinor: 200,
    currency: 'EUR',
    occurredAt: paying.park.clock.now.toISOString(),
  })
  const payment = await paying.park.row('select id from payments where fact_id = $1', [car.fact])
  for (const state of ['open', 'lost', 'won', 'open'] as const) {
    paying.provider.facts.set(disputeId, [dispute(state)])
    await paying.park.notify('dispute.changed', dispute(state))
    await paying.work()
    expect(await paying.park.row('select state::text from disputes where fact_id = $1', [disputeId])).toEqual({ state })
  }
  // One that was told of late is asked for, and changes nothing.
  await paying.park.notify('dispute.changed', dispute('lost'))
  await paying.work()
  expect(await paying.park.row('select state::text from disputes where fact_id = $1', [disputeId])).toEqual({
    state: 'open',
  })
  const { rows } = await paying.park.database.pool.query(
    `select after ->> 'state' as state from audit_entries
     where action = 'payment.dispute_fetched' and subject_id = $1 order by id`,
    [payment.id],
  )
  expect(rows.map(({ state }) => state)).toEqual(['won', 'open', 'open'])
})

test('a dispute that was only hinted at, before its payment is known, waits where an operator sees it until it is', async () => {
  const disputeId = `dp_${randomUUID()}`
  const car = await carThatOwes()
  const occurredAt = paying.park.clock.now.toISOString()
  const ofPayment = { paymentFactId: car.fact, amountMinor: 200, currency: 'EUR', occurredAt }
  paying.provider.facts.set(disputeId, [
    { kind: 'payment_disputed', factId: disputeId, state: 'open' as const, ...ofPayment },
  ])
  const eventId = `evt_${randomUUID()}`
  await changed('dispute', disputeId, eventId)
  await paying.work()
  const stateOf = () => paying.park.row('select state::text from payment_events where event_id = $1', [eventId])
  expect(await stateOf()).toEqual({ state: 'parked' })
  await paying.park.pay(car.quoteId, 200, { factId: car.fact })
  expect(await stateOf()).toEqual({ state: 'applied' })
  expect(await paying.park.count('disputes where fact_id = $1 and payment_id is not null', [disputeId])).toBe(1)
})

test('fifty notifications of one change at once are one inbox row and one payment (failure 8)', async () => {
  const car = await carThatOwes()
  const checkoutId = `order_${randomUUID()}`
  paying.provider.facts.set(checkoutId, [captured(car)])
  const eventId = `evt_${randomUUID()}`
  const answers = await Promise.all(Array.from({ length: 50 }, () => changed('checkout', checkoutId, eventId)))
  expect(answers.filter((answer) => answer.json().result === 'accepted')).toHaveLength(1)
  await Promise.all([paying.work(), paying.work(), paying.work()])
  expect(await paying.park.count('payment_events where event_id = $1', [eventId])).toBe(1)
  expect(await paying.park.count('payments where fact_id = $1', [car.fact])).toBe(1)
})

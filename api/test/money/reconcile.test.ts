import { randomUUID } from 'node:crypto'
import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Mended, reconcilePayments } from '../../src/services/reconcile-payments.ts'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

let paying: PayingPark
let site: Site
beforeAll(async () => {
  paying = await openPayingPark()
  site = await paying.park.site({ capacity: 500 })
})
afterAll(() => paying.close())

const statuses = ['trialing', 'active', 'past_due', 'unpaid', 'paused'] as const

/** The provider tells, and says so when asked later; what is lost on the way reaches nobody. */
async function tell(change: PaymentChange, isLost: boolean) {
  const event: PaymentEvent = { provider: 'stripe', eventId: `evt_${randomUUID()}`, eventType: 'told', change }
  paying.provider.told.push({ at: new Date(paying.park.clock.now), event })
  if (!isLost) await paying.park.notify(event.eventType, change, event.eventId)
}

async function reconciled(): Promise<Mended[]> {
  const mended: Mended[] = []
  await reconcilePayments(
    paying.deps,
    (each) => mended.push(each),
    (error) => {
      throw error
    },
  )
  await paying.work()
  return mended
}

test('of 30 % of deliveries that are lost nothing is missing after one run, and a second one finds nothing (failure 14)', async () => {
  const random = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: 42, numRuns: 400 })
  const isLost = () => random.pop()! < 0.3
  const payments = []
  for (let n = 0; n < 20; n += 1) {
    const car = await paying.carThatOwes(site, `RC ${10_000 + n * 37}`)
    const ofPayment = { paymentFactId: car.fact, currency: 'EUR', occurredAt: paying.park.clock.now.toISOString() }
    const capturedAt = ofPayment.occurredAt
    await tell(
      {
        kind: 'payment_captured',
        factId: car.fact,
        reference: car.quoteId,
        subscriptionObjectId: null,
        amountMinor: 200,
        currency: 'EUR',
        capturedAt,
      },
      isLost(),
    )
    const refundId = `re_${randomUUID()}`
    for (const state of ['pending', 'succeeded'] as const)
      await tell({ kind: 'payment_refunded', factId: refundId, state, amountMinor: 50, ...ofPayment }, isLost())
    await tell(
      {
        kind: 'payment_disputed',
        factId: `dp_${randomUUID()}`,
        state: n % 2 ? 'won' : 'lost',
        amountMinor: 200,
        ...ofPayment,
      },
      isLost(),
    )
    payments.push(car.fact)
  }
  const subscriptions = []
  for (let n = 0; n < 20; n += 1) {
    const sub = await paying.bought(site, `RS ${10_000 + n * 37}`)
    for (const status of [...statuses.slice(n % 5), ...statuses.slice(0, n % 5)]) {
      paying.provider.subscription(sub.objectId, { reference: sub.id, status })
      await tell(
        { kind: 'object_changed', objectKind: 'subscription', objectId: sub.objectId, reference: sub.id },
        isLost(),
      )
    }
    subscriptions.push(sub)
  }
  await paying.work()

  const mended = await reconciled()
  expect(mended.length).toBeGreaterThan(20)
  const { rows } = await paying.park.database.pool.query(
    `select p.fact_id, p.amount_minor, (select json_agg(json_build_array(r.amount_minor, r.state)) from refunds r where r.payment_id = p.id) as refunds,
       (select json_agg(d.state) from disputes d where d.payment_id = p.id) as disputes
     from payments p where p.fact_id = any($1)`,
    [payments],
  )
  expect(rows).toHaveLength(payments.length)
  for (const row of rows)
    expect(row).toMatchObject({
      amount_minor: 200,
      refunds: [[50, 'succeeded']],
      disputes: [payments.indexOf(row.fact_id) % 2 ? 'won' : 'lost'],
    })
  for (const { id, objectId } of subscriptions)
    expect(
      await paying.park.row('select status::text, provider_object_id from subscriptions where id = $1', [id]),
    ).toEqual({
      status: paying.provider.subscriptions.get(objectId)!.status,
      provider_object_id: objectId,
    })
  expect(await reconciled()).toEqual([])
})

test('a subscription that changed without a word is found by asking, and the gate goes by it at its next read (failure 23)', async () => {
  const sub = await paying.bought(site, 'RQ 47129')
  const admittedAs = async () => {
    const { reason } = await paying.park.read(site.entry, 'RQ 47129')
    await paying.park.passage(site.entry, 'turned_back')
    paying.park.wait(4)
    return reason
  }
  paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active' })
  await paying.changed(sub.objectId, sub.id)
  await paying.work()
  expect(await admittedAs()).toBe('subscription')
  paying.provider.subscription(sub.objectId, { status: 'cancelled', endedAt: paying.park.clock.now })
  await reconciled()
  expect(await admittedAs()).toBe('transient_entry')
  expect((await paying.park.row('select status from subscriptions where id = $1', [sub.id])).status).toBe('cancelled')
})

test('a refund or a dispute that ended without a word is found by asking', async () => {
  const car = await paying.carThatOwes(site, 'RW 47130')
  await paying.park.pay(car.quoteId, 200, { factId: car.fact })
  const ofPayment = { paymentFactId: car.fact, currency: 'EUR', occurredAt: paying.park.clock.now.toISOString() }
  const refund = { kind: 'payment_refunded' as const, factId: `re_${randomUUID()}`, amountMinor: 50, ...ofPayment }
  const dispute = { kind: 'payment_disputed' as const, factId: `dp_${randomUUID()}`, amountMinor: 200, ...ofPayment }
  await tell({ ...refund, state: 'pending' }, false)
  await tell({ ...dispute, state: 'open' }, false)
  paying.provider.facts.set(refund.factId, [{ ...refund, state: 'failed' }])
  paying.provider.facts.set(dispute.factId, [{ ...dispute, state: 'lost' }])
  await reconciled()
  const stateOf = async (table: string, { factId }: { factId: string }) =>
    (await paying.park.row(`select state::text from ${table} where fact_id = $1`, [factId])).state
  expect([await stateOf('refunds', refund), await stateOf('disputes', dispute)]).toEqual(['failed', 'lost'])
})

test('a subscription that its provider knows nothing of any more alerts once, goes on, and the alert goes when it is found', async () => {
  const sub = await paying.bought(site, 'RU 47132')
  const state = paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active' })
  await paying.changed(sub.objectId, sub.id)
  await paying.work()
  const open = () =>
    paying.park.count(
      `payment_events e join alerts a on a.subject_id = e.id and a.kind = 'payment_parked' and a.state <> 'resolved'
       where e.event_id = $1`,
      [`fetched ${sub.objectId} not_understood`],
    )
  paying.provider.subscriptions.delete(sub.objectId)
  await reconciled()
  await reconciled()
  expect(await open()).toBe(1)
  expect((await paying.park.row('select status from subscriptions where id = $1', [sub.id])).status).toBe('active')
  paying.provider.subscription(sub.objectId, state)
  await reconciled()
  expect(await open()).toBe(0)
})

test('a run that fails half way begins from the same place again', async () => {
  await reconciled()
  const before = await paying.park.row('select since from reconcile_cursors')
  paying.park.wait(60)
  const event: PaymentEvent = {
    provider: 'stripe',
    eventId: 'evt_half',
    eventType: 'told',
    change: { kind: 'ignored', reason: 'a test' },
  }
  paying.provider.told.push({ at: new Date(paying.park.clock.now), event })
  const { eventsSince } = paying.provider
  paying.provider.eventsSince = async function* (this: typeof paying.provider, since) {
    yield* eventsSince.call(this, since)
    throw new Error('a page could not be read')
  }
  const errors: unknown[] = []
  await reconcilePayments(
    paying.deps,
    () => {},
    (error) => errors.push(error),
  )
  paying.provider.eventsSince = eventsSince
  expect(errors).toHaveLength(1)
  expect(await paying.park.row('select since from reconcile_cursors')).toEqual(before)
  // What was taken in stays taken in.
  expect(await reconciled()).toEqual([])
  expect(await paying.park.count(`payment_events where event_id = 'evt_half'`)).toBe(1)
})

test('an event that cannot be taken in keeps no other out, and is looked for again until it can', async () => {
  await reconciled()
  paying.park.wait(60)
  const { pool } = paying.park.testDatabase
  await pool.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
     create trigger refuse before insert on payment_events for each row when (new.event_id = 'evt_refused') execute function refuse()`,
  )
  const change = { kind: 'ignored' as const, reason: 'a test' }
  for (const eventId of ['evt_refused', 'evt_behind_it'])
    paying.provider.told.push({
      at: new Date(paying.park.clock.now),
      event: { provider: 'stripe', eventId, eventType: 'told', change },
    })
  const sub = await paying.bought(site, 'RV 47133')
  paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active' })
  await paying.changed(sub.objectId, sub.id)
  await paying.work()
  paying.provider.subscription(sub.objectId, { status: 'unpaid' })

  const run = async () => {
    const [mended, errors]: [string[], unknown[]] = [[], []]
    await reconcilePayments(
      paying.deps,
      ({ eventId }) => mended.push(eventId),
      (error) => errors.push(error),
    )
    await paying.work()
    return { mended, errors: errors.length }
  }
  expect(await run()).toEqual({ mended: ['evt_behind_it'], errors: 1 })
  expect((await paying.park.row('select status from subscriptions where id = $1', [sub.id])).status).toBe('unpaid')
  paying.park.wait(60)
  expect(await run()).toEqual({ mended: [], errors: 1 })
  await pool.query('drop trigger refuse on payment_events; drop function refuse')
  expect(await run()).toEqual({ mended: ['evt_refused'], errors: 0 })
})

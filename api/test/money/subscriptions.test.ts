import { randomUUID } from 'node:crypto'
import { signatureOf } from '@turnpike/local/provider/stripe/signed-event.ts'
import { stripeWebhook } from '@turnpike/providers/stripe/stripe.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { countMoney } from '../../src/repositories/reports.ts'
import { fetchObjects } from '../../src/services/fetch-objects.ts'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'
import { permutations } from './permutations.ts'

const webhookSecret = 'whsec_of_the_test'
let paying: PayingPark
let site: Site
beforeAll(async () => {
  paying = await openPayingPark({ webhooks: { stripe: stripeWebhook({ webhookSecret }) } })
  site = await paying.park.site({ unknownVehiclePolicy: 'subscribers_only', capacity: 500 })
})
afterAll(() => paying.close())

let cars = 0
const plate = () => {
  cars += 1
  return `SU ${10_000 + cars * 37}`
}
const day = 24 * 60
/** Whether the entry lets it in now; it turns back, so that it can be asked again. */
async function mayPark(car: string): Promise<boolean> {
  const { outcome } = await paying.park.read(site.entry, car)
  if (outcome === 'ALLOW') await paying.park.passage(site.entry, 'turned_back')
  paying.park.wait(4)
  return outcome === 'ALLOW'
}
/** The provider has it so, tells that something has changed, and the worker looks. */
async function told(
  sub: { id: string; objectId: string },
  said: Parameters<PayingPark['provider']['subscription']>[1],
) {
  paying.provider.subscription(sub.objectId, { reference: sub.id, ...said })
  expect(await paying.changed(sub.objectId, sub.id)).toBe('accepted')
  await paying.work()
}
const stored = (id: string) => paying.park.row('select * from subscriptions where id = $1', [id])

describe('a subscription whose money a provider collects', () => {
  test('lets nobody park until the provider says that it is paid or on trial', async () => {
    const car = plate()
    const sub = await paying.bought(site, car)
    expect(await mayPark(car)).toBe(false)
    await told(sub, { status: 'incomplete' })
    expect(await mayPark(car)).toBe(false)
    await told(sub, { status: 'trialing' })
    expect(await mayPark(car)).toBe(true)
    await told(sub, { status: 'active' })
    expect(await mayPark(car)).toBe(true)
    expect(await stored(sub.id)).toMatchObject({ provider_object_id: sub.objectId, status: 'active' })
  })

  test('is accepted at once and applied by the worker: the notification alone changes nothing', async () => {
    const car = plate()
    const sub = await paying.bought(site, car)
    const eventId = `evt_${randomUUID()}`
    paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active' })
    expect(await paying.changed(sub.objectId, sub.id, eventId)).toBe('accepted')
    expect(await mayPark(car)).toBe(false)
    expect(await paying.park.row('select state from payment_events where event_id = $1', [eventId])).toEqual({
      state: 'accepted',
    })
    await paying.work()
    expect(await mayPark(car)).toBe(true)
    expect(await paying.park.row('select state from payment_events where event_id = $1', [eventId])).toEqual({
      state: 'applied',
    })
  })

  test('past due lets park for the days of grace of its plan, counted once, and no longer', async () => {
    const car = plate()
    const sub = await paying.bought(site, car, { graceDays: 3 })
    await told(sub, { status: 'active' })
    await told(sub, { status: 'past_due' })
    expect(await mayPark(car)).toBe(true)
    paying.park.wait(2 * day)
    await told(sub, { status: 'past_due', currentPeriodEnd: new Date('2027-01-01T00:00:00Z') })
    expect(await mayPark(car)).toBe(true)
    paying.park.wait(day)
    expect(await mayPark(car)).toBe(false)
    await told(sub, { status: 'active' })
    expect(await mayPark(car)).toBe(true)
    await told(sub, { status: 'unpaid' })
    expect(await mayPark(car)).toBe(false)
  })

  test('paused lets nobody park; one that is only not collected does, until the rule says otherwise', async () => {
    const car = plate()
    const sub = await paying.bought(site, car)
    await told(sub, { status: 'active' })
    await told(sub, { status: 'paused' })
    expect(await mayPark(car)).toBe(false)
    await told(sub, { status: 'active', collectionPaused: true })
    expect(await mayPark(car)).toBe(true)

    const rule = (is: string) =>
      paying.park.database.pool.query(
        `update entitlement_rules set entitled = $1 where status = 'active' and collection_paused`,
        [is],
      )
    await rule('no')
    expect(await mayPark(car)).toBe(false)
    await rule('yes')
    expect(await mayPark(car)).toBe(true)
  })

  test('cancelled for the end of its period lets park until then; cancelled now, no more', async () => {
    const [kept, gone] = [plate(), plate()]
    const [atEnd, now] = [await paying.bought(site, kept), await paying.bought(site, gone)]
    const end = new Date(paying.park.clock.now.getTime() + 2 * day * 60_000)
    for (const sub of [atEnd, now]) await told(sub, { status: 'active', currentPeriodEnd: end })
    await told(atEnd, { status: 'active', cancelAtPeriodEnd: true })
    await told(atEnd, { status: 'cancelled', endedAt: paying.park.clock.now })
    await told(now, { status: 'cancelled', endedAt: paying.park.clock.now })
    paying.park.wait(1)
    expect([await mayPark(kept), await mayPark(gone)]).toEqual([true, false])
    paying.park.wait(2 * day)
    expect(await mayPark(kept)).toBe(false)
  })

  test('cancelled at once by a provider that knows no other way lets park to the end of what was paid, in one step', async () => {
    const [named, counted] = [plate(), plate()]
    const [one, other] = [await paying.bought(site, named), await paying.bought(site, counted)]
    const end = new Date(paying.park.clock.now.getTime() + 2 * day * 60_000)
    const endedAt = paying.park.clock.now
    for (const sub of [one, other]) await told(sub, { status: 'active', currentPeriodEnd: end })
    await told(one, { status: 'cancelled', cancelAtPeriodEnd: true, endedAt, currentPeriodEnd: end })
    // Where the end is not named any more, the one that was told of before holds.
    await told(other, { status: 'cancelled', cancelAtPeriodEnd: true, endedAt, currentPeriodEnd: null })
    paying.park.wait(2 * day - 20)
    expect([await mayPark(named), await mayPark(counted)]).toEqual([true, true])
    paying.park.wait(20)
    expect([await mayPark(named), await mayPark(counted)]).toEqual([false, false])
  })

  test('cancelled while a payment was overdue lets nobody park on the period that was not paid', async () => {
    const car = plate()
    const sub = await paying.bought(site, car)
    const end = new Date(paying.park.clock.now.getTime() + 20 * day * 60_000)
    await told(sub, { status: 'past_due', currentPeriodEnd: end })
    await told(sub, {
      status: 'cancelled',
      cancelAtPeriodEnd: true,
      endedAt: paying.park.clock.now,
      currentPeriodEnd: null,
    })
    paying.park.wait(1)
    expect(await mayPark(car)).toBe(false)
  })

  test('cancelled stays so, whatever is told later: nothing brings it back (failure 4)', async () => {
    const car = plate()
    const sub = await paying.bought(site, car)
    await told(sub, { status: 'cancelled', endedAt: paying.park.clock.now })
    await told(sub, { status: 'active' })
    paying.park.wait(1)
    expect(await mayPark(car)).toBe(false)
    expect(await stored(sub.id)).toMatchObject({ status: 'cancelled' })
  })

  test('that a provider knows no more, or that is not ours, is parked and alerted, and harms nothing', async () => {
    const before = await paying.alertsOf('payment_parked')
    paying.provider.subscription('sub_of_somebody_else', { reference: randomUUID() })
    expect(await paying.changed('sub_of_somebody_else')).toBe('accepted')
    expect(await paying.changed('sub_unknown')).toBe('accepted')
    await paying.work()
    expect(await paying.alertsOf('payment_parked')).toBe(before + 2)
    expect(await paying.park.count(`payment_events where state = 'accepted'`)).toBe(0)
  })

  test('is asked for until the provider answers: while it is down, what was stored stays', async () => {
    const car = plate()
    const sub = await paying.bought(site, car)
    await told(sub, { status: 'active' })
    paying.provider.down = true
    paying.provider.subscription(sub.objectId, { status: 'unpaid' })
    expect(await paying.changed(sub.objectId)).toBe('accepted')
    await fetchObjects(paying.deps)
    expect(await mayPark(car)).toBe(true)
    paying.provider.down = false
    paying.park.wait(20)
    await paying.work()
    expect(await mayPark(car)).toBe(false)
  })

  test('charges a stay from when it ended, and not what it had covered', async () => {
    const payingSite = await paying.park.site()
    const car = plate()
    const sub = await paying.bought(payingSite, car)
    await told(sub, { status: 'active' })
    await paying.park.read(payingSite.entry, car)
    await paying.park.passage(payingSite.entry, 'passed')
    paying.park.wait(10 * 60)
    await told(sub, { status: 'unpaid' })
    paying.park.wait(45)
    expect(await paying.park.read(payingSite.exit, car)).toMatchObject({
      outcome: 'PAY',
      quote: { amountMinor: 200 },
    })
  })
})

describe('money for a period', () => {
  const captured = (sub: { objectId: string; id: string }, factId: string, reference: string | null = null) =>
    paying.park.notify('invoice.paid', {
      kind: 'payment_captured',
      factId,
      reference,
      subscriptionObjectId: sub.objectId,
      amountMinor: 4_900,
      currency: 'EUR',
      capturedAt: paying.park.clock.now.toISOString(),
    })

  test('is a payment of the subscription, once', async () => {
    const sub = await paying.bought(site, plate())
    await told(sub, { status: 'active' })
    const factId = `in_${randomUUID()}`
    expect((await captured(sub, factId)).json().result).toBe('applied')
    expect((await captured(sub, factId)).json().result).toBe('duplicate')
    expect(await paying.park.row('select * from payments where fact_id = $1', [factId])).toMatchObject({
      subscription_id: sub.id,
      session_id: null,
      quote_id: null,
      amount_minor: 4_900,
      site_id: site.id,
    })
  })

  test('counts in the report of its site, with the VAT of its day, as on its receipt', async () => {
    const taxed = await paying.park.site({
      tariff: { version: 1, rate: { kind: 'flat', amountMinor: 100 }, vat: { percent: '19', included: true } },
    })
    const sub = await paying.bought(taxed, plate())
    await told(sub, { status: 'active' })
    const factId = `in_${randomUUID()}`
    await captured(sub, factId)
    const payment = await paying.park.row('select id, captured_at from payments where fact_id = $1', [factId])
    const receipt = (await paying.park.app.inject(`/v1/public/receipts/${payment.id}`)).json()
    expect(receipt).toMatchObject({ what: 'subscription', vat: { percent: '19', vatMinor: 782, netMinor: 4_118 } })
    const from = new Date(payment.captured_at.getTime() - 1_000)
    const counted = { siteId: taxed.id, from, to: new Date(from.getTime() + 60_000), starts: [from] }
    expect(await countMoney(paying.park.database.db, counted)).toMatchObject([
      { kind: 'payment', amountMinor: 4_900, vatPercent: '19' },
    ])
  })

  test('told of at the same moment as its subscription is not lost on it, whether it names it or not', async () => {
    for (let n = 0; n < 12; n += 1) {
      const sub = await paying.bought(site, plate())
      const factId = `in_${randomUUID()}`
      paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active' })
      await paying.changed(sub.objectId, sub.id)
      await Promise.all([paying.work(), captured(sub, factId, n % 2 === 0 ? sub.id : null)])
      expect(await paying.park.count('payments where subscription_id = $1 and fact_id = $2', [sub.id, factId])).toBe(1)
    }
  })

  test('told of before its subscription waits for it, and nobody has to look at it any more then', async () => {
    const sub = await paying.bought(site, plate())
    const factId = `in_${randomUUID()}`
    const isOpen = `payment_events e join alerts a on a.subject_id = e.id and a.state <> 'resolved'
      where e.change ->> 'factId' = $1`
    expect((await captured(sub, factId)).json().result).toBe('parked')
    expect(await paying.park.count(isOpen, [factId])).toBe(1)
    await told(sub, { status: 'active' })
    expect(await paying.park.count(isOpen, [factId])).toBe(0)
    expect(await paying.park.count('payments where subscription_id = $1', [sub.id])).toBe(1)
    expect(
      await paying.park.count(`payment_events where change ->> 'factId' = $1 and state = 'parked'`, [factId]),
    ).toBe(0)
  })
})

describe('money of a subscription told while its object becomes known', () => {
  test('is counted, not parked for ever', async () => {
    const sub = await paying.bought(site, plate())
    const { pool } = paying.park.database
    const other = await pool.connect()
    try {
      await other.query('begin')
      await other.query('update subscriptions set provider_object_id = $2 where id = $1', [sub.id, sub.objectId])
      const told = paying.park.notify('invoice.paid', {
        kind: 'payment_captured',
        factId: `in_${randomUUID()}`,
        reference: sub.id,
        subscriptionObjectId: sub.objectId,
        amountMinor: 4_900,
        currency: 'EUR',
        capturedAt: paying.park.clock.now.toISOString(),
      })
      const waiting = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      await vi.waitFor(async () => expect(await paying.park.count(waiting)).toBe(1), { timeout: 10_000 })
      await other.query('commit')
      expect((await told).json().result).toBe('applied')
    } finally {
      other.release()
    }
  })
})

describe('notifications of one subscription', () => {
  test('converge to what the provider has, in whatever order and however often they come (failures 1 and 2)', async () => {
    const life = ['incomplete', 'trialing', 'active', 'past_due', 'active', 'unpaid'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: life.length - 1 }), { minLength: 1, maxLength: 9 }),
        fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
        async (order, works) => {
          const sub = await paying.bought(site, plate())
          const happened = new Set<number>()
          for (const [n, at] of order.entries()) {
            // The clock stands still: all of it is of one second. What was told already is only told again.
            if (!happened.has(at)) {
              happened.add(at)
              paying.provider.subscription(sub.objectId, { reference: sub.id, status: life[at]! })
            }
            await paying.changed(sub.objectId, sub.id, `evt_${sub.id}_${at}`)
            if (works[n]) await paying.work()
          }
          await paying.work()
          expect((await stored(sub.id)).status).toBe(paying.provider.subscriptions.get(sub.objectId)!.status)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('with pictures of one second, which Stripe has signed, end in every order as Stripe has it (failures 1 and 2)', {
    timeout: 60_000,
  }, async () => {
    const pictures = ['incomplete', 'trialing', 'past_due', 'active']
    const created = Math.floor(paying.park.clock.now.getTime() / 1000)
    const deliver = async (sub: { id: string; objectId: string }, status: string) => {
      const object = { id: sub.objectId, object: 'subscription', status, metadata: { subscriptionId: sub.id } }
      const event = { id: `evt_${randomUUID()}`, type: 'customer.subscription.updated', created, data: { object } }
      const payload = JSON.stringify(event)
      const headers = {
        'content-type': 'application/json',
        'stripe-signature': signatureOf(payload, webhookSecret, created),
      }
      const answer = await paying.park.app.inject({ method: 'POST', url: '/webhooks/stripe', headers, payload })
      expect(answer.json()).toMatchObject({ result: 'accepted' })
    }
    for (const order of permutations(pictures)) {
      const sub = await paying.bought(site, plate())
      paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active' })
      for (const status of order) {
        await deliver(sub, status)
        await paying.work()
        expect([order, (await stored(sub.id)).status]).toEqual([order, 'active'])
      }
    }
  })

  test('a fetch that was slow never takes back what a later one has seen (failure 3)', async () => {
    const sub = await paying.bought(site, plate())
    paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'active' })
    await paying.changed(sub.objectId, sub.id)
    const slow = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    let first = true
    paying.provider.meanwhile = async (call) => {
      if (!first || call !== `fetchState ${sub.objectId}`) return
      first = false
      reached.resolve()
      await slow.promise
    }
    const one = fetchObjects(paying.deps)
    await reached.promise
    // The slow one has read `active`; meanwhile it is cancelled, told, and fetched by another worker once the lease is over.
    paying.provider.subscription(sub.objectId, { status: 'unpaid' })
    await paying.changed(sub.objectId, sub.id)
    paying.park.wait(1)
    await fetchObjects(paying.deps)
    expect((await stored(sub.id)).status).toBe('unpaid')
    slow.resolve()
    await one
    paying.provider.meanwhile = async () => {}
    expect((await stored(sub.id)).status).toBe('unpaid')
    await paying.work()
    expect((await stored(sub.id)).status).toBe('unpaid')
  })

  test('one that comes while a fetch is under way has it fetched again', async () => {
    const sub = await paying.bought(site, plate())
    paying.provider.subscription(sub.objectId, { reference: sub.id, status: 'trialing' })
    await paying.changed(sub.objectId, sub.id)
    let first = true
    paying.provider.meanwhile = async (call) => {
      if (!first || call !== `fetchState ${sub.objectId}`) return
      first = false
      paying.provider.subscription(sub.objectId, { status: 'active' })
      await paying.changed(sub.objectId, sub.id)
    }
    await paying.work()
    paying.provider.meanwhile = async () => {}
    expect((await stored(sub.id)).status).toBe('active')
  })
})

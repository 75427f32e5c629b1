import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeDocuments } from '../src/mirror/write-documents.ts'
import { type CarPark, openCarPark, plainTariff, type Site } from './car-park.ts'

let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site({ capacity: 500 })
})
afterAll(() => park.close())

type Told = { factId?: string; state?: string; amountMinor?: number; currency?: string; eventId?: string }

const refund = (paymentFactId: string, { eventId, ...said }: Told = {}) => park.moneyBack(paymentFactId, said, eventId)

let cars = 0
/** A car that stands at the exit and owes 2.00; `fact` is what the payment for it will be called. */
async function carThatOwes() {
  cars += 1
  const plate = `RF ${1000 + cars}`
  await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(45)
  const { quote, sessionId } = await park.read(site.exit, plate)
  return { plate, quoteId: quote!.id, sessionId: sessionId!, fact: `pi_${randomUUID()}` }
}
async function carThatPaid() {
  const car = await carThatOwes()
  await park.pay(car.quoteId, 200, { factId: car.fact })
  return car
}

const payment = (fact: string) => park.row('select * from payments where fact_id = $1', [fact])
const refunds = async (fact: string) =>
  (
    await park.database.pool.query(
      'select r.state, r.amount_minor, r.payment_id from refunds r where payment_fact_id = $1 order by r.amount_minor',
      [fact],
    )
  ).rows
const alertsAbout = async (fact: string) => {
  const { rows } = await park.database.pool.query(
    `select a.kind::text from alerts a join payments p on p.id = a.subject_id and a.subject_kind = 'payment'
     where p.fact_id = $1 order by a.kind::text`,
    [fact],
  )
  return rows.map(({ kind }) => kind)
}
const owed = async (plate: string): Promise<number | undefined> =>
  (await park.post('/v1/quotes', undefined, { siteId: site.id, plate })).json().quote?.amountMinor

describe('a refund', () => {
  test('of a stay that was paid and is still open makes the exit ask again, and alerts', async () => {
    const { plate, fact, sessionId } = await carThatPaid()
    expect(await refund(fact)).toBe('applied')
    expect(await park.row('select paid_until from sessions where id = $1', [sessionId])).toEqual({ paid_until: null })
    expect(await owed(plate)).toBe(200)
    park.wait(4)
    const again = await park.read(site.exit, plate)
    expect(again).toMatchObject({ outcome: 'PAY', reason: 'payment_due', quote: { amountMinor: 200 } })
    expect(await alertsAbout(fact)).toEqual(['refund_during_stay'])

    await park.pay(again.quote!.id, 200)
    expect(await park.count('commands where gate_id = $1 and payment_id is not null', [site.exit.gateId])).toBe(2)
  })

  test('of a part is netted; the rest of what was paid counts (failure 12)', async () => {
    const { plate, fact } = await carThatPaid()
    await refund(fact, { amountMinor: 50 })
    expect(await owed(plate)).toBe(50)
    await refund(fact, { amountMinor: 30 })
    expect(await owed(plate)).toBe(80)
    park.wait(4)
    expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'PAY', quote: { amountMinor: 80 } })
    const lines = await park.row('select lines from quotes where amount_minor = 80 and site_id = $1', [site.id])
    expect(lines.lines.at(-1)).toMatchObject({ text: 'Already paid', amountMinor: -120 })
  })

  test('that two events tell of is one, and a second partial one is another', async () => {
    const { fact } = await carThatPaid()
    const first = `re_${randomUUID()}`
    expect(await refund(fact, { factId: first, amountMinor: 60 })).toBe('applied')
    expect(await refund(fact, { factId: first, amountMinor: 60 })).toBe('duplicate')
    expect(await refund(fact, { amountMinor: 60 })).toBe('applied')
    expect(await refunds(fact)).toHaveLength(2)
    expect(
      await park.row('select sum(amount_minor)::int as sum from refunds where payment_fact_id = $1', [fact]),
    ).toEqual({
      sum: 120,
    })
  })

  test('that is told of before its payment waits for it, and then settles nothing and opens nothing', async () => {
    const { plate, quoteId, sessionId, fact } = await carThatOwes()
    const eventId = `evt_${randomUUID()}`
    expect(await refund(fact, { eventId })).toBe('parked')
    expect(await refunds(fact)).toEqual([{ state: 'succeeded', amount_minor: 200, payment_id: null }])

    expect((await park.pay(quoteId, 200, { factId: fact })).json().result).toBe('applied')
    const { id } = await payment(fact)
    expect(await refunds(fact)).toEqual([{ state: 'succeeded', amount_minor: 200, payment_id: id }])
    expect(await park.row('select state, payment_id from payment_events where event_id = $1', [eventId])).toEqual({
      state: 'applied',
      payment_id: id,
    })
    expect(await park.row('select paid_until from sessions where id = $1', [sessionId])).toEqual({ paid_until: null })
    expect(await park.count('commands where payment_id = $1', [id])).toBe(0)
    expect(await alertsAbout(fact)).toEqual(['refund_during_stay'])
    park.wait(4)
    expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'PAY', quote: { amountMinor: 200 } })
  })

  test('larger than its payment, alone or together, or in another currency, is stored and alerts; nothing is owed twice', async () => {
    const larger = await carThatPaid()
    expect(await refund(larger.fact, { amountMinor: 900 })).toBe('applied')
    expect(await alertsAbout(larger.fact)).toEqual(['refund_during_stay', 'refund_exceeds_payment'])
    expect(await owed(larger.plate)).toBe(200)

    const together = await carThatPaid()
    await refund(together.fact, { amountMinor: 150 })
    await refund(together.fact, { amountMinor: 51, state: 'pending' })
    expect(await alertsAbout(together.fact)).toContain('refund_exceeds_payment')
    expect(await owed(together.plate)).toBe(150)

    const foreign = await carThatPaid()
    await refund(foreign.fact, { amountMinor: 10, currency: 'USD' })
    expect(await alertsAbout(foreign.fact)).toContain('refund_exceeds_payment')
  })

  test('larger than its payment takes nothing from another one: who has paid beside it, or pays after it, may leave', async () => {
    const { plate, quoteId, fact } = await carThatPaid()
    const beside = `pi_${randomUUID()}`
    await park.pay(quoteId, 50, { factId: beside })
    await refund(beside, { amountMinor: 250 })
    expect(await alertsAbout(beside)).toContain('refund_exceeds_payment')
    expect(await owed(plate)).toBeUndefined()

    await refund(fact)
    park.wait(4)
    const again = await park.read(site.exit, plate)
    expect(again).toMatchObject({ outcome: 'PAY', quote: { amountMinor: 200 } })
    await park.pay(again.quote!.id, 200)
    expect(await owed(plate)).toBeUndefined()
    park.wait(4)
    expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
  })

  test('of a stay that is over moves nothing and alerts nobody; should its vehicle turn back, the exit asks again', async () => {
    const { plate, fact, sessionId } = await carThatPaid()
    park.wait(4)
    expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
    const stay = () =>
      park.row('select state, closed_at, needs_review, paid_until from sessions where id = $1', [sessionId])
    const before = await stay()
    expect(before.state).toBe('closed')
    expect(await refund(fact)).toBe('applied')
    expect(await stay()).toEqual({ ...before, paid_until: null })
    expect(await alertsAbout(fact)).toEqual([])
    expect(await owed(plate)).toBeUndefined()

    await park.passage(site.exit, 'turned_back')
    expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'PAY', quote: { amountMinor: 200 } })
  })

  test('that failed after it had succeeded leaves the stay paid for', async () => {
    const { plate, fact } = await carThatPaid()
    const factId = `re_${randomUUID()}`
    await refund(fact, { factId })
    expect(await owed(plate)).toBe(200)
    expect(await refund(fact, { factId, state: 'failed' })).toBe('applied')
    expect(await owed(plate)).toBeUndefined()
    park.wait(4)
    expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'ALLOW', reason: 'nothing_owed' })
  })

  test('of what admits to a prepaid site admits nobody', async () => {
    const prepaid = await park.site({ unknownVehiclePolicy: 'prepaid', tariff: { ...plainTariff, prepaidMinor: 500 } })
    const { quote } = await park.read(prepaid.entry, 'RF 5000')
    const fact = `pi_${randomUUID()}`
    await park.pay(quote!.id, 500, { factId: fact })
    await refund(fact, { amountMinor: 500 })
    park.wait(4)
    expect(await park.read(prepaid.entry, 'RF 5000')).toMatchObject({ outcome: 'PAY', reason: 'prepay_required' })
  })

  test('ends in the same state in whatever order, and however often, its notifications come', async () => {
    const states = ['pending', 'succeeded', 'failed']
    const anyOrder = fc.shuffledSubarray([...states, ...states], { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(anyOrder, async (order) => {
        const fact = `pi_${randomUUID()}`
        const factId = `re_${randomUUID()}`
        for (const state of order) await refund(fact, { factId, state })
        const furthest = states.findLast((state) => order.includes(state))
        expect(await refunds(fact)).toMatchObject([{ state: furthest }])
      }),
      { numRuns: 20 },
    )
  })

  test('that comes at the same moment as its payment is not lost on it', async () => {
    for (let i = 0; i < 15; i += 1) {
      const { plate, quoteId, fact } = await carThatOwes()
      await Promise.all([refund(fact), refund(fact, { amountMinor: 1 }), park.pay(quoteId, 200, { factId: fact })])
      const { id } = await payment(fact)
      expect(await refunds(fact)).toMatchObject([{ payment_id: id }, { payment_id: id }])
      expect(await owed(plate)).toBe(200)
    }
  })

  test('that comes while the exit is decided lets nobody out for money that went back', async () => {
    const outcomes = new Set<string>()
    for (let i = 0; i < 40; i += 1) {
      const { plate, fact, sessionId } = await carThatPaid()
      park.wait(4)
      const late = async () => {
        // A few round trips later each time, so that the two meet in every order.
        for (let trips = 0; trips < i % 20; trips += 1) await park.row('select 1')
        return park.read(site.exit, plate)
      }
      const [{ outcome }] = await Promise.all([late(), refund(fact)])
      outcomes.add(outcome)
      const { state } = await park.row('select state from sessions where id = $1', [sessionId])
      expect(state).toBe(outcome === 'ALLOW' ? 'closed' : 'open')
      expect((await alertsAbout(fact)).includes('refund_during_stay')).toBe(outcome === 'PAY')
      await park.read(site.exit, `OTHER ${i}`)
    }
    expect(outcomes).toEqual(new Set(['ALLOW', 'PAY']))
  })

  test('is recorded with what it did, and the payment’s document shows it', async () => {
    const { fact, sessionId } = await carThatPaid()
    const factId = `re_${randomUUID()}`
    await refund(fact, { factId, amountMinor: 70 })
    const { id } = await payment(fact)
    const entry = await park.row(
      `select actor_kind, site_id, after from audit_entries where action = 'payment_event.applied' and after ->> 'factId' = $1`,
      [factId],
    )
    expect(entry).toMatchObject({
      actor_kind: 'provider',
      site_id: site.id,
      after: {
        paymentId: id,
        sessionId,
        state: 'succeeded',
        amountMinor: 70,
        paidUntil: null,
        alerts: ['refund_during_stay'],
      },
    })
    while ((await writeDocuments(park.database, () => new Date(park.clock.now), 1_000)).marks > 0);
    const { data } = await park.row(`select data from mirror_documents where kind = 'payment' and subject_id = $1`, [
      id,
    ])
    expect(data).toMatchObject({ amountMinor: 200, refundedMinor: 70, disputed: false })
  })
})

describe('a dispute', () => {
  const dispute = (fact: string, said: Told = {}) =>
    park.moneyBack(fact, { kind: 'payment_disputed', state: 'open', ...said })

  test('is stored and alerts, whether the stay is over or not; the stay stays paid', async () => {
    const { plate, fact, sessionId } = await carThatPaid()
    expect(await dispute(fact)).toBe('applied')
    expect(await alertsAbout(fact)).toEqual(['payment_disputed'])
    expect(await owed(plate)).toBeUndefined()
    await park.passage(site.exit, 'passed')
    expect(await park.row('select state from sessions where id = $1', [sessionId])).toEqual({ state: 'closed' })
  })

  test('told of before its payment waits for it and then alerts; won, it alerts nobody', async () => {
    const { quoteId, fact } = await carThatOwes()
    expect(await dispute(fact)).toBe('parked')
    await park.pay(quoteId, 200, { factId: fact })
    expect(await alertsAbout(fact)).toEqual(['payment_disputed'])

    const won = await carThatPaid()
    await dispute(won.fact, { state: 'won' })
    expect(await alertsAbout(won.fact)).toEqual([])
  })

  test('that two events tell of is one; how it ended is not forgotten for a late notification', async () => {
    const { fact } = await carThatPaid()
    const factId = `dp_${randomUUID()}`
    expect(await dispute(fact, { factId, state: 'lost' })).toBe('applied')
    expect(await dispute(fact, { factId, state: 'open' })).toBe('duplicate')
    expect(
      await park.row('select state, count(*) over ()::int as n from disputes where fact_id = $1', [factId]),
    ).toEqual({
      state: 'lost',
      n: 1,
    })
  })
})

test.each([
  ['nothing', { amountMinor: 0 }],
  ['less than nothing', { amountMinor: -5 }],
  ['in no currency', { currency: 'euro' }],
  ['in no state', { state: 'maybe' }],
  ['under no name', { factId: '' }],
])('a refund of %s is 400, and nothing is stored', async (_what, told) => {
  const fact = `pi_${randomUUID()}`
  await expect(park.moneyBack(fact, told)).rejects.toThrow('the function got 400')
  expect(await refunds(fact)).toEqual([])
})

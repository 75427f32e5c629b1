import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CarPark, Site } from '../car-park.ts'
import { addOperator, openSignIn, type SignIn } from '../operator.ts'
import { type Client, clientOf } from '../operator-client.ts'
import { openPayingPark, type PayingPark } from './paying-park.ts'

let signIn: SignIn
let paying: PayingPark
let park: CarPark
let site: Site
let manager: Client
beforeAll(async () => {
  signIn = await openSignIn()
  paying = await openPayingPark({ verifyIdToken: signIn.verifyIdToken, accounts: signIn.accounts })
  ;({ park } = paying)
  site = await park.site({ capacity: 500 })
  manager = clientOf(park, (await addOperator(park, signIn, 'manager', [site.id])).token)
})
beforeEach(() => {
  paying.provider.refundsAre = 'pending'
})
afterEach(() => {
  Object.assign(paying.provider, { down: false, refuses: undefined })
})
afterAll(async () => {
  await paying.close()
  await signIn.stop()
})

let cars = 0
const carThatOwes = () => {
  cars += 1
  return paying.carThatOwes(site, `RR ${10_000 + cars * 37}`)
}
async function paid() {
  const car = await carThatOwes()
  await park.pay(car.quoteId, 200, { factId: car.fact })
  const { id } = await park.row('select id from payments where fact_id = $1', [car.fact])
  return { ...car, paymentId: id as string, url: `/v1/payments/${id}/refunds` }
}
const back = (url: string, amountMinor: number) => manager.post(url, { amountMinor, reason: 'the barrier was stuck' })

describe('a refund from the console', () => {
  test('is asked of the provider, kept with its reason, and goes on when the provider says more', async () => {
    const { url, fact, paymentId } = await paid()
    const asked = await manager.expect(200, back(url, 150))
    expect(asked).toMatchObject({ paymentId, amountMinor: 150, state: 'pending', reason: 'the barrier was stuck' })
    const { fact_id } = await park.row('select fact_id from refunds where payment_id = $1', [paymentId])
    await park.moneyBack(fact, { factId: fact_id, state: 'succeeded', amountMinor: 150 })
    const { items } = await manager.expect(200, manager.get(url))
    expect(items).toMatchObject([{ id: asked.id, amountMinor: 150, state: 'succeeded' }])
    expect(
      await park.row(`select reason from audit_entries where action = 'payment.refund_asked' and subject_id = $1`, [
        paymentId,
      ]),
    ).toEqual({
      reason: 'the barrier was stuck',
    })
  })

  test('is never more, all together, than the payment: ten who ask at once get no more than that', async () => {
    const { url, paymentId } = await paid()
    const answers = await Promise.all(Array.from({ length: 10 }, () => back(url, 60)))
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(3)
    expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(7)
    expect(
      (await park.row('select sum(amount_minor)::int as sum from refunds where payment_id = $1', [paymentId])).sum,
    ).toBe(180)
  })

  test('that failed at the provider can be asked for again (failure 12)', async () => {
    const { url, fact, paymentId } = await paid()
    await manager.expect(200, back(url, 200))
    expect((await back(url, 1)).statusCode).toBe(409)
    const { fact_id } = await park.row('select fact_id from refunds where payment_id = $1', [paymentId])
    await park.moneyBack(fact, { factId: fact_id, state: 'succeeded', amountMinor: 200 })
    await park.moneyBack(fact, { factId: fact_id, state: 'failed', amountMinor: 200 })
    await manager.expect(200, back(url, 200))
  })

  test('waits while the provider is down, counts all the same, and is made once it is back', async () => {
    const { url, paymentId } = await paid()
    paying.provider.down = true
    expect(await manager.expect(200, back(url, 200))).toMatchObject({ state: 'asked' })
    expect((await back(url, 1)).statusCode).toBe(409)
    paying.provider.down = false
    park.wait(1)
    await paying.work()
    expect(await manager.expect(200, manager.get(url))).toMatchObject({
      items: [{ state: 'pending', amountMinor: 200 }],
    })
    expect(await park.count('refunds where payment_id = $1', [paymentId])).toBe(1)
  })

  test('that the provider refuses is shown so, raises an alert, and may be tried otherwise', async () => {
    const { url, paymentId } = await paid()
    paying.provider.refuses = 'charge_already_refunded'
    expect(await manager.expect(200, back(url, 200))).toMatchObject({
      state: 'refused',
      detail: 'charge_already_refunded',
    })
    expect(await park.count(`alerts where kind = 'provider_call_refused' and subject_id = $1`, [paymentId])).toBe(1)
    paying.provider.refuses = undefined
    await manager.expect(200, back(url, 200))
  })
})

describe('money for a stay that was paid already', () => {
  const again = async (car: { quoteId: string }) => {
    const fact = `pi_${randomUUID()}`
    await park.pay(car.quoteId, 200, { factId: fact })
    await paying.work()
    return park.row('select * from payments where fact_id = $1', [fact])
  }

  test('goes back whole by the policy of the site, and the first payer keeps what he paid for', async () => {
    const car = await paid()
    const second = await again(car)
    expect(await park.row('select amount_minor, state::text from refunds where payment_id = $1', [second.id])).toEqual({
      amount_minor: 200,
      state: 'pending',
    })
    expect(await park.count('refunds where payment_id = $1', [car.paymentId])).toBe(0)
    expect(await park.count(`alerts where kind = 'payment_surplus' and subject_id = $1`, [second.id])).toBe(1)
    expect(await park.count('commands where payment_id = $1', [second.id])).toBe(0)
  })

  test('and goes back leaves the exit buffer as it was, and alerts nobody that it went', async () => {
    paying.provider.refundsAre = 'succeeded'
    const car = await carThatOwes()
    await manager.expect(
      200,
      manager.post(`/v1/sessions/${car.sessionId}/adjustments`, { amountMinor: -50, reason: 'the exit was blocked' }),
    )
    await park.pay(car.quoteId, 200, { factId: car.fact })
    const paidUntil = new Date(park.clock.now.getTime() + 900_000)
    await paying.work()
    const { id } = await park.row('select id from payments where fact_id = $1', [car.fact])
    expect(await park.row('select amount_minor, state::text from refunds where payment_id = $1', [id])).toEqual({
      amount_minor: 50,
      state: 'succeeded',
    })
    expect(await park.row('select paid_until from sessions where id = $1', [car.sessionId])).toEqual({
      paid_until: paidUntil,
    })
    expect(await park.count(`alerts where kind = 'refund_during_stay' and subject_id = $1`, [id])).toBe(0)
    park.wait(14)
    expect(await park.read(site.exit, car.plate)).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
  })

  test('is kept for the next stay of the vehicle where the policy says so', async () => {
    const crediting = await park.site({ doublePaymentPolicy: 'credit' })
    const car = await paying.carThatOwes(crediting, 'CR 47111')
    await park.pay(car.quoteId, 200)
    await park.passage(crediting.exit, 'passed')
    const second = await again(car)
    expect(second).toMatchObject({ session_id: null, quote_id: car.quoteId })
    expect(await park.count('refunds where payment_id = $1', [second.id])).toBe(0)

    park.wait(30)
    await park.read(crediting.entry, 'CR 47111')
    await park.passage(crediting.entry, 'passed')
    await paying.work()
    park.wait(45)
    expect(await park.read(crediting.exit, 'CR 47111')).toMatchObject({ outcome: 'ALLOW' })
  })

  test('the part that is too much goes back, and what was owed counts', async () => {
    const car = await carThatOwes()
    const fact = `pi_${randomUUID()}`
    await park.pay(car.quoteId, 350, { factId: fact })
    await paying.work()
    const payment = await park.row('select id from payments where fact_id = $1', [fact])
    expect(await park.row('select amount_minor from refunds where payment_id = $1', [payment.id])).toEqual({
      amount_minor: 150,
    })
    expect(await park.count('commands where payment_id = $1', [payment.id])).toBe(1)
  })

  test('that comes after the car has left in order goes back; for one that left owing, it is what was owed', async () => {
    const inOrder = await paid()
    await park.passage(site.exit, 'passed')
    const tooMuch = await again(inOrder)
    expect(await park.count('refunds where payment_id = $1', [tooMuch.id])).toBe(1)

    const owing = await carThatOwes()
    const { version } = await manager.expect(200, manager.get(`/v1/sessions/${owing.sessionId}`))
    await manager.expect(
      200,
      manager.change(`/v1/sessions/${owing.sessionId}`, version, {
        state: 'closed',
        changeReason: 'drove out behind a bus',
      }),
    )
    const late = await again(owing)
    expect(late).toMatchObject({ session_id: owing.sessionId, amount_minor: 200 })
    expect(await park.count('refunds where payment_id = $1', [late.id])).toBe(0)
  })

  test.each(['refund', 'credit'] as const)(
    'that comes after somebody has looked at a stay that left owing is what was owed; only the rest goes on (%s)',
    async (doublePaymentPolicy) => {
      paying.provider.refundsAre = 'succeeded'
      const looked = await park.site({ doublePaymentPolicy })
      const looker = clientOf(park, (await addOperator(park, signIn, 'manager', [looked.id])).token)
      const owing = await paying.carThatOwes(looked, 'LK 47114')
      const url = `/v1/sessions/${owing.sessionId}`
      for (const wanted of [{ state: 'closed' }, { needsReview: false }]) {
        const { version } = await looker.expect(200, looker.get(url))
        await looker.expect(200, looker.change(url, version, { ...wanted, changeReason: 'drove out behind a bus' }))
      }
      const paidFor = async (amountMinor: number) => {
        const fact = `pi_${randomUUID()}`
        await park.pay(owing.quoteId, amountMinor, { factId: fact })
        return (await park.row('select id from payments where fact_id = $1', [fact])).id as string
      }
      const state = (id: string) =>
        park.row(
          `select session_id is not null as kept, (select coalesce(sum(amount_minor), 0)::int from refunds where payment_id = $1) as back
         from payments where id = $1`,
          [id],
        )
      const part = await paidFor(150)
      const more = await paidFor(50 + 150)
      const all = await paidFor(200)
      park.wait(11)
      await paying.work()
      expect(await state(part)).toEqual({ kept: true, back: 0 })
      expect(await state(more)).toEqual({ kept: true, back: 150 })
      expect(await state(all)).toEqual(
        doublePaymentPolicy === 'credit' ? { kept: false, back: 0 } : { kept: true, back: 200 },
      )
    },
  )
})

test('a payment of which we hear when its time is over lets the car that waits still out, with an alert', async () => {
  const { quoteId, fact } = await carThatOwes()
  const change = {
    kind: 'payment_captured',
    factId: fact,
    reference: quoteId,
    amountMinor: 200,
    currency: 'EUR',
    capturedAt: park.clock.now.toISOString(),
  }
  await park.database.pool.query('update gates set wait_seconds = 3600 where id = $1', [site.exit.gateId])
  park.wait(16)
  await park.notify('checkout.session.completed', change)
  const payment = await park.row('select id from payments where fact_id = $1', [fact])
  expect(await park.count('commands where payment_id = $1', [payment.id])).toBe(1)
  expect(await park.count(`alerts where kind = 'payment_late' and subject_id = $1`, [payment.id])).toBe(1)
  await park.database.pool.query('update gates set wait_seconds = 180 where id = $1', [site.exit.gateId])
})

describe('an orphan', () => {
  const orphaned = async (said: Record<string, unknown> = {}) => {
    const factId = `pi_${randomUUID()}`
    const eventId = `evt_${randomUUID()}`
    const change = {
      kind: 'payment_captured',
      factId,
      reference: randomUUID(),
      amountMinor: 200,
      currency: 'EUR',
      capturedAt: park.clock.now.toISOString(),
      ...said,
    }
    expect((await park.notify('checkout.session.completed', change, eventId)).json().result).toBe('parked')
    const { id } = await park.row('select id from payment_events where event_id = $1', [eventId])
    return { id: id as string, factId, url: `/v1/orphans/${id}` }
  }

  test.each([
    ['names a quote that nobody knows', {}],
    ['names no quote', { reference: null }],
    ['names something that is no quote', { reference: 'order 7' }],
    ['is of a subscription that nobody knows', { reference: null, subscriptionObjectId: 'sub_of_nobody' }],
  ])(
    'that %s is shown, raises an alert, and pays the stay that an operator says it is for (failure 15)',
    async (_what, said) => {
      const car = await carThatOwes()
      const { id, url, factId } = await orphaned(said)
      const { items } = await manager.expect(200, manager.get('/v1/orphans'))
      expect(items).toContainEqual(
        expect.objectContaining({ id, change: expect.objectContaining({ factId, amountMinor: 200 }) }),
      )
      expect(
        await park.count(`alerts where kind = 'payment_parked' and subject_id = $1 and state = 'open'`, [id]),
      ).toBe(1)
      const adopt = () => manager.post(`${url}/adopt`, { sessionId: car.sessionId, reason: 'he showed the receipt' })
      expect(await manager.expect(200, adopt())).toMatchObject({ sessionId: car.sessionId, amountMinor: 200 })
      expect((await adopt()).statusCode).toBe(404)
      park.wait(4)
      expect(await park.read(site.exit, car.plate)).toMatchObject({ outcome: 'ALLOW' })
      expect(
        await park.count(`alerts where kind = 'payment_parked' and subject_id = $1 and state = 'resolved'`, [id]),
      ).toBe(1)
    },
  )

  test('that two notifications tell of is one, with one alert; adopted or dismissed, both have waited enough', async () => {
    const told = async () => {
      const first = await orphaned()
      const { change } = await park.row('select change from payment_events where id = $1', [first.id])
      const again = () => park.notify('payment_intent.succeeded', change)
      expect((await again()).json().result).toBe('parked')
      const shown = await manager.expect(200, manager.get('/v1/orphans'))
      const ofFact = (shown.items as { id: string; change: { factId?: string } }[]).filter(
        (item) => item.change.factId === first.factId,
      )
      expect(ofFact.map(({ id }) => id)).toEqual([first.id])
      const isOpen = `payment_events e join alerts a on a.subject_id = e.id and a.state <> 'resolved'
        where e.change ->> 'factId' = $1`
      expect(await park.count(isOpen, [first.factId])).toBe(1)
      return { ...first, again, isOpen }
    }
    const parked = (factId: string) =>
      park.count(`payment_events where change ->> 'factId' = $1 and state = 'parked'`, [factId])

    const adopted = await told()
    const to = { siteId: site.id, plate: 'TW 47114', reason: 'by telephone' }
    await manager.expect(200, manager.post(`${adopted.url}/adopt`, to))
    expect([await parked(adopted.factId), await park.count(adopted.isOpen, [adopted.factId])]).toEqual([0, 0])
    expect((await adopted.again()).json().result).toBe('duplicate')
    expect([await parked(adopted.factId), await park.count(adopted.isOpen, [adopted.factId])]).toEqual([0, 0])

    const dismissed = await told()
    const admin = clientOf(park, (await addOperator(park, signIn, 'admin', [])).token)
    await admin.expect(200, admin.post(`${dismissed.url}/dismiss`, { reason: 'a test of the bank' }))
    expect([await parked(dismissed.factId), await park.count(dismissed.isOpen, [dismissed.factId])]).toEqual([0, 0])
  })

  test('brings the refunds and disputes along that were told of before it was adopted', async () => {
    const car = await carThatOwes()
    const { url, factId } = await orphaned()
    expect(await park.moneyBack(factId, { amountMinor: 50 })).toBe('parked')
    expect(
      await park.moneyBack(factId, { kind: 'payment_disputed', state: 'open', factId: `dp_${randomUUID()}` }),
    ).toBe('parked')
    const payment = await manager.expect(
      200,
      manager.post(`${url}/adopt`, { sessionId: car.sessionId, reason: 'his own' }),
    )
    expect(payment).toMatchObject({ refundedMinor: 50, disputed: true })
    expect(
      await park.count(`payment_events where state = 'parked' and change ->> 'paymentFactId' = $1`, [factId]),
    ).toBe(0)
    expect(await park.count(`alerts where kind = 'payment_disputed' and subject_id = $1`, [payment.id])).toBe(1)
  })

  test('for a plate never seen is its credit, netted when a late read tells of its stay', async () => {
    const { url } = await orphaned()
    await manager.expect(
      200,
      manager.post(`${url}/adopt`, { siteId: site.id, plate: 'NE 47113', reason: 'by telephone' }),
    )
    await paying.work()
    await park.read(site.entry, 'NE 47113')
    await park.passage(site.entry, 'passed')
    await paying.work()
    park.wait(75)
    expect(await park.read(site.exit, 'NE 47113')).toMatchObject({ outcome: 'PAY', quote: { amountMinor: 100 } })
  })

  test('in another currency than the site takes is not adopted; one that was dismissed is gone', async () => {
    const car = await carThatOwes()
    const { url, id } = await orphaned({ currency: 'USD' })
    expect((await manager.post(`${url}/adopt`, { sessionId: car.sessionId, reason: 'his own' })).statusCode).toBe(409)
    const admin = clientOf(park, (await addOperator(park, signIn, 'admin', [])).token)
    await admin.expect(200, admin.post(`${url}/dismiss`, { reason: 'a test of the bank' }))
    expect(await park.row('select state::text from payment_events where id = $1', [id])).toEqual({ state: 'ignored' })
  })

  test('that nobody understood is stored, parked and alerted, and never money (failures 5 and 10)', async () => {
    const eventId = `evt_${randomUUID()}`
    const change = { kind: 'not_understood', reason: 'currency: is missing' }
    expect((await park.notify('invoice.paid', change, eventId)).json().result).toBe('parked')
    const { id } = await park.row('select id from payment_events where event_id = $1', [eventId])
    expect(await park.count(`alerts where kind = 'payment_parked' and subject_id = $1`, [id])).toBe(1)
    expect(
      (await manager.post(`/v1/orphans/${id}/adopt`, { siteId: site.id, plate: 'X 1', reason: 'why not' })).statusCode,
    ).toBe(409)
  })

  test('of a type that we have no use for is stored, and 200 (failure 5)', async () => {
    const eventId = `evt_${randomUUID()}`
    const answer = await park.notify('customer.created', { kind: 'ignored', reason: 'no use for it' }, eventId)
    expect([answer.statusCode, answer.json().result]).toEqual([200, 'ignored'])
    expect(await park.count(`payment_events where event_id = $1 and state = 'ignored'`, [eventId])).toBe(1)
  })
})

describe('an adjustment', () => {
  const adjust = (sessionId: string, amountMinor: number) =>
    manager.post(`/v1/sessions/${sessionId}/adjustments`, { amountMinor, reason: 'the exit was blocked' })
  const owed = async (plate: string) =>
    (await park.post('/v1/quotes', undefined, { siteId: site.id, plate })).json().quote

  test('is netted by the next quote and shown on it; the price beside it stays', async () => {
    const { plate, sessionId } = await carThatOwes()
    await manager.expect(200, adjust(sessionId, -150))
    const quote = await owed(plate)
    expect(quote.amountMinor).toBe(50)
    expect(quote.lines.at(-1)).toMatchObject({ text: 'Adjusted by the operator', amountMinor: -150 })
    await manager.expect(200, adjust(sessionId, 30))
    expect((await owed(plate)).amountMinor).toBe(80)
    const detail = await manager.expect(200, manager.get(`/v1/sessions/${sessionId}`))
    expect(detail.adjustments).toMatchObject([
      { amountMinor: 30 },
      { amountMinor: -150, reason: 'the exit was blocked' },
    ])
  })

  test('of all that is owed lets the car out at its next read, and is a fact of the decision', async () => {
    const { plate, sessionId } = await carThatOwes()
    await manager.expect(200, adjust(sessionId, -500))
    park.wait(4)
    const { outcome, decisionId } = await park.read(site.exit, plate)
    expect(outcome).toBe('ALLOW')
    const { facts } = await manager.expect(200, manager.get(`/v1/decisions/${decisionId}`))
    expect(facts.session).toMatchObject({ adjustedMinor: -500 })
  })
})

test('adjustments together are never more than a sum can hold, and the car is still decided by the rules', async () => {
  const { plate, sessionId } = await carThatOwes()
  const adjust = (amountMinor: number) =>
    manager.post(`/v1/sessions/${sessionId}/adjustments`, { amountMinor, reason: 'typed too many noughts' })
  await manager.expect(200, adjust(-1_000_000_000))
  await manager.expect(409, adjust(-1))
  await manager.expect(200, adjust(100_000_000))
  await manager.expect(200, adjust(-100_000_000))
  await manager.expect(409, adjust(-1_000_000_000))
  await manager.expect(200, manager.get(`/v1/sessions/${sessionId}/timeline`))
  park.wait(4)
  expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'ALLOW', reason: 'nothing_owed', mode: 'normal' })
})

describe('money paid in advance', () => {
  const advance = (plate: string, minutes = 120) =>
    park.post('/v1/quotes/advance', undefined, { siteId: site.id, plate, minutes })

  test('is quoted alike for a plate that is inside, that owes, and that nobody ever saw', async () => {
    const { plate } = await carThatOwes()
    const known = (await advance(plate)).json().quote
    const unknown = (await advance('NEVER 1')).json().quote
    const { id: _one, ...first } = known
    const { id: _other, ...second } = unknown
    expect(first).toEqual(second)
    expect(first).toMatchObject({ credit: true, amountMinor: 400, state: 'open', gate: null })
  })

  test('opens nothing by itself, and is netted against the stay that follows', async () => {
    const { quote } = (await advance('AD 47117')).json()
    await park.pay(quote.id, 400)
    expect(
      await park.count('commands where payment_id in (select id from payments where quote_id = $1)', [quote.id]),
    ).toBe(0)
    park.wait(60)
    await park.read(site.entry, 'AD 47117')
    await park.passage(site.entry, 'passed')
    await paying.work()
    park.wait(115)
    expect(await park.read(site.exit, 'AD 47117')).toMatchObject({ outcome: 'ALLOW' })
  })

  test('for the car that waits lets it out as soon as it covers what is owed', async () => {
    const { plate } = await carThatOwes()
    const { quote } = (await advance(plate)).json()
    await park.pay(quote.id, 400)
    await paying.work()
    expect(
      await park.count('commands where payment_id in (select id from payments where quote_id = $1)', [quote.id]),
    ).toBe(1)
  })

  test('does not admit to a site where everybody pays at the entry', async () => {
    const prepaid = await park.site({
      unknownVehiclePolicy: 'prepaid',
      tariff: { version: 1, rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 100 }] }, prepaidMinor: 500 },
    })
    const body = { siteId: prepaid.id, plate: 'AD 47119', minutes: 30 }
    const { quote } = (await park.post('/v1/quotes/advance', undefined, body)).json()
    await park.pay(quote.id, quote.amountMinor)
    expect(await park.read(prepaid.entry, 'AD 47119')).toMatchObject({ outcome: 'PAY', reason: 'prepay_required' })
  })
})

test('a receipt has the VAT of the tariff and what went back, and says neither who nor which vehicle', async () => {
  const taxed = await park.site({
    tariff: {
      version: 1,
      rate: { kind: 'steps', steps: [{ minutes: 60, amountMinor: 119 }] },
      vat: { percent: '19', included: true },
    },
  })
  const car = await paying.carThatOwes(taxed, 'TX 47121')
  await park.pay(car.quoteId, 119, { factId: car.fact })
  await park.moneyBack(car.fact, { amountMinor: 19 })
  const shown = (await park.app.inject(`/v1/quotes/${car.quoteId}`)).json()
  expect(shown.receiptIds).toHaveLength(1)
  const receipt = await park.app.inject(`/v1/public/receipts/${shown.receiptIds[0]}`)
  expect(receipt.json()).toMatchObject({
    what: 'stay',
    amountMinor: 119,
    vat: { percent: '19', vatMinor: 19, netMinor: 100 },
    refunds: [{ amountMinor: 19 }],
    siteName: 'Central',
  })
  expect(receipt.body).not.toMatch(/47121|TX/)
  expect((await park.app.inject(`/v1/public/receipts/${randomUUID()}`)).statusCode).toBe(404)
})

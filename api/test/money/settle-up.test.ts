import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settleUpStays } from '../../src/services/settle-up-stays.ts'
import { type CarPark, plainTariff } from '../car-park.ts'
import { addOperator, openSignIn, type SignIn } from '../operator.ts'
import { type Client, clientOf } from '../operator-client.ts'
import { openSlowCommitter, untilSomebodyWaits } from '../slow-commit.ts'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

let signIn: SignIn
let admin: Client
let paying: PayingPark
let park: CarPark
let refunding: Site
let crediting: Site
beforeAll(async () => {
  signIn = await openSignIn()
  paying = await openPayingPark({ verifyIdToken: signIn.verifyIdToken, accounts: signIn.accounts })
  park = paying.park
  admin = clientOf(park, (await addOperator(park, signIn, 'admin', [])).token)
  refunding = await park.site()
  crediting = await park.site({ doublePaymentPolicy: 'credit' })
})
afterAll(async () => {
  await paying.close()
  await signIn.stop()
})

const pay = async (quoteId: string, amountMinor: number) => {
  const factId = `pi_${randomUUID()}`
  await park.pay(quoteId, amountMinor, { factId })
  return (await park.row('select id from payments where fact_id = $1', [factId])).id as string
}
const payAdvance = async (site: Site, plate: string, minutes: number) => {
  const answer = await park.post('/v1/quotes/advance', undefined, { siteId: site.id, plate, minutes })
  const { quote } = answer.json()
  return { id: await pay(quote.id, quote.amountMinor), amountMinor: quote.amountMinor as number }
}
/** The car that stands at the exit drives out, and nobody will bring it back. */
const leave = async (site: Site) => {
  await park.passage(site.exit, 'passed')
  park.wait(11)
  await paying.work()
}
const back = async (paymentId: string) =>
  (await park.row('select coalesce(sum(amount_minor), 0)::int as n from refunds where payment_id = $1', [paymentId])).n
const stayOf = async (paymentId: string) =>
  (await park.row('select session_id from payments where id = $1', [paymentId])).session_id
const inside = async (site: Site, plate: string, minutes: number) => {
  const { sessionId } = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  await paying.work()
  park.wait(minutes)
  return sessionId
}

test('of two who paid one open stay, the second paid the vehicle’s next one, where the site keeps it', async () => {
  const { quoteId, sessionId, plate } = await paying.carThatOwes(crediting, 'SU 10001')
  const first = await pay(quoteId, 200)
  const second = await pay(quoteId, 200)
  await park.passage(crediting.exit, 'passed')
  await paying.work()
  expect(await stayOf(second)).toBe(sessionId)
  park.wait(11)
  await paying.work()
  expect([await stayOf(first), await stayOf(second)]).toEqual([sessionId, null])
  expect([await back(first), await back(second)]).toEqual([0, 0])

  const next = await inside(crediting, plate, 45)
  expect(await stayOf(second)).toBe(next)
  expect(await park.read(crediting.exit, plate)).toMatchObject({ outcome: 'ALLOW', reason: 'nothing_owed' })
})

test('a driver who paid a day in advance and stays for half an hour gets the rest back, whatever the policy', async () => {
  for (const [site, plate] of [
    [refunding, 'SU 10038'],
    [crediting, 'SU 10075'],
  ] as const) {
    const { id, amountMinor } = await payAdvance(site, plate, 1440)
    const sessionId = await inside(site, plate, 29)
    expect(await park.read(site.exit, plate)).toMatchObject({ outcome: 'ALLOW' })
    await leave(site)
    expect(await back(id)).toBe(amountMinor - 100)
    expect(await stayOf(id)).toBe(sessionId)
    await paying.work()
    expect(await park.count('outbound_calls where subject_id = $1 and kind = $2', [id, 'refund'])).toBe(1)
  }
})

test('a stay that left within what it was paid for keeps that, not what it would have cost at the exit', async () => {
  const { quoteId, plate } = await paying.carThatOwes(crediting, 'SU 10112')
  await park.passage(crediting.exit, 'turned_back')
  park.wait(10)
  const first = await pay(quoteId, 200)
  const second = await pay(quoteId, 200)
  // By then the third half hour has begun.
  park.wait(8)
  expect(await park.read(crediting.exit, plate)).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
  park.wait(11)
  await paying.work()
  expect(await stayOf(second)).toBeNull()
  expect([await back(first), await back(second)]).toEqual([0, 0])
})

test.each(['refund', 'credit'] as const)(
  'what is too much goes on also where only the next car, hours later, shows that a paid one has left (%s)',
  async (doublePaymentPolicy) => {
    const site = await park.site({ doublePaymentPolicy })
    const { quoteId, sessionId } = await paying.carThatOwes(site, 'SU 10556')
    const first = await pay(quoteId, 200)
    const second = await pay(quoteId, 200)
    const { id } = await park.row('select id from commands where gate_id = $1', [site.exit.gateId])
    await park.post(`/v1/gates/${site.exit.gateId}/commands/${id}/result`, site.exit.key, { outcome: 'executed' })
    park.wait(180)
    await park.read(site.exit, 'STRANGER 7')
    const third = await pay(quoteId, 200)
    park.wait(11)
    await paying.work()
    expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
      state: 'closed',
      needs_review: false,
    })
    expect(await back(first)).toBe(0)
    const wentBack = doublePaymentPolicy === 'refund' ? 200 : 0
    expect([await back(second), await back(third)]).toEqual([wentBack, wentBack])
    const credited = [second, third].map(async (each) => (await stayOf(each)) === null)
    expect(await Promise.all(credited)).toEqual(doublePaymentPolicy === 'credit' ? [true, true] : [false, false])
  },
)

describe.each(['refund', 'credit'] as const)('who was let out because he owed nothing any more (%s)', (policy) => {
  describe.each(['its passage', 'only the next read, hours later,'])('and of whom %s shows that he left', (shownBy) => {
    const isOpened = async ({ exit }: Site) => {
      const { id } = await park.row('select id from commands where gate_id = $1 and payment_id is not null', [
        exit.gateId,
      ])
      await park.post(`/v1/gates/${exit.gateId}/commands/${id}/result`, exit.key, { outcome: 'executed' })
    }
    const hasLeft = async ({ exit }: Site) => {
      if (shownBy === 'its passage') await park.passage(exit, 'passed')
      else {
        park.wait(180)
        await park.read(exit, 'STRANGER 8')
      }
    }
    const isSettled = async (sessionId: string) => {
      expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
        state: 'closed',
        needs_review: false,
      })
      park.wait(11)
      await paying.work()
    }

    test('by what was paid in advance has left in order, and gets what his stay did not cost', async () => {
      const site = await park.site({ doublePaymentPolicy: policy })
      const { plate, quoteId, sessionId } = await paying.carThatOwes(site, 'SU 10593')
      const { id, amountMinor } = await payAdvance(site, plate, 1440)
      await paying.work()
      await isOpened(site)
      expect((await park.app.inject(`/v1/quotes/${quoteId}`)).json()).toMatchObject({ state: 'paid' })
      await hasLeft(site)
      await isSettled(sessionId)
      expect(await back(id)).toBe(amountMinor - 200)
      expect(await stayOf(id)).toBe(sessionId)

      // Who pays his stay once more now has paid too much.
      const again = await pay(quoteId, 200)
      expect(await surplusAlerts(again)).toBe(1)
      await paying.work()
      expect([await back(again), await stayOf(again)]).toEqual(policy === 'refund' ? [200, sessionId] : [0, null])
    })

    test('by money for a quote that had expired has left in order, and what was too much goes on', async () => {
      const site = await park.site({ doublePaymentPolicy: policy, quoteValidSeconds: 100 })
      const { quoteId, sessionId } = await paying.carThatOwes(site, 'SU 10630')
      park.wait(2)
      const first = await pay(quoteId, 200)
      const second = await pay(quoteId, 200)
      await isOpened(site)
      // Where it goes back at once, it has before the vehicle is known to have left.
      await paying.work()
      await hasLeft(site)
      await isSettled(sessionId)
      expect([await back(first), await stayOf(first)]).toEqual([0, sessionId])
      expect([await back(second), await stayOf(second)]).toEqual(policy === 'refund' ? [200, sessionId] : [0, null])
    })

    test('by money that we heard of when its time to leave was over has left in order', async () => {
      const site = await park.site({ doublePaymentPolicy: policy })
      await inside(site, 'SU 10667', 31)
      const { quote, sessionId } = await park.read(site.exit, 'SU 10667')
      const capturedAt = park.clock.now.toISOString()
      await park.passage(site.exit, 'turned_back')
      park.wait(16)
      expect(await park.read(site.exit, 'SU 10667')).toMatchObject({ outcome: 'PAY' })
      const paid = { kind: 'payment_captured', factId: `pi_${randomUUID()}`, reference: quote!.id, capturedAt }
      await park.notify('checkout.session.completed', { ...paid, amountMinor: 200, currency: 'EUR' })
      await isOpened(site)
      await hasLeft(site)
      await isSettled(sessionId!)
    })
  })
})

describe('what was paid in advance and let a car out that had paid for its first half hour, and went back', () => {
  const letOut = async (plate: string) => {
    const sessionId = await inside(refunding, plate, 20)
    const { quote } = await park.read(refunding.exit, plate)
    await pay(quote!.id, 100)
    await park.passage(refunding.exit, 'turned_back')
    park.wait(60)
    expect(await park.read(refunding.exit, plate)).toMatchObject({ outcome: 'PAY', quote: { amountMinor: 200 } })
    const { id, amountMinor } = await payAdvance(refunding, plate, 120)
    expect(amountMinor).toBe(400)
    await paying.work()
    expect(await park.count('commands where payment_id = $1', [id])).toBe(1)
    const { fact_id: factId } = await park.row('select fact_id from payments where id = $1', [id])
    const isPaid = async () => {
      const { paid_until } = await park.row('select paid_until from sessions where id = $1', [sessionId])
      return paid_until >= park.clock.now
    }
    expect(await isPaid()).toBe(true)
    const alerts = () => park.count(`alerts where kind = 'refund_during_stay' and subject_id = $1`, [id])
    return { sessionId, factId, isPaid, alerts }
  }

  test('is told, and owed again: at the exit, and in the report where the vehicle leaves all the same', async () => {
    const { sessionId, factId, isPaid, alerts } = await letOut('SU 10741')
    await park.moneyBack(factId, { amountMinor: 400 })
    expect([await isPaid(), await alerts()]).toEqual([false, 1])
    await park.passage(refunding.exit, 'passed')
    const { items } = await admin.expect(200, admin.get(`/v1/reports/uncollected?siteId=${refunding.id}`))
    const found = items.find(({ id }: { id: string }) => id === sessionId)
    expect(found).toMatchObject({ priceMinor: 300, paidMinor: 100, owedMinor: 200 })
  })

  test('as far as it was too much, changes nothing', async () => {
    const { factId, isPaid, alerts } = await letOut('SU 10778')
    await park.moneyBack(factId, { amountMinor: 200 })
    expect([await isPaid(), await alerts()]).toEqual([true, 0])
    await park.moneyBack(factId, { amountMinor: 1 })
    expect([await isPaid(), await alerts()]).toEqual([false, 1])
    await park.passage(refunding.exit, 'turned_back')
  })
})

test('what was paid in advance for a plate never seen counts for the stay that is known of only when it is over', async () => {
  const site = await park.site()
  const openedAt = park.clock.now.toISOString()
  park.wait(10)
  const { id } = await payAdvance(site, 'SU 10852', 120)
  park.wait(35)
  const exit = await park.read(site.exit, 'SU 10852')
  expect(exit).toMatchObject({ outcome: 'ALLOW', reason: 'exit_without_session' })
  await park.passage(site.exit, 'passed')
  park.wait(5)
  const later = await payAdvance(site, 'SU 10852', 60)
  await paying.work()
  expect(await stayOf(id)).toBeNull()

  const stay = { siteId: site.id, plate: 'SU 10852', openedAt, exitDecisionId: exit.decisionId }
  await admin.expect(201, admin.post('/v1/sessions', { ...stay, changeReason: 'the entry camera was dirty' }))
  const uncollected = () => admin.expect(200, admin.get(`/v1/reports/uncollected?siteId=${site.id}`))
  const [{ id: sessionId, owedMinor }] = (await uncollected()).items
  expect(owedMinor).toBe(200)
  await paying.work()
  expect([await stayOf(id), await stayOf(later.id)]).toEqual([sessionId, null])
  expect((await uncollected()).items).toEqual([])
})

test('of three who paid one stay, what went back to the second and the third alerts nobody', async () => {
  const { quoteId, sessionId } = await paying.carThatOwes(refunding, 'SU 10815')
  const all = [await pay(quoteId, 200), await pay(quoteId, 200), await pay(quoteId, 200)]
  await paying.work()
  expect(await Promise.all(all.map(back))).toEqual([0, 200, 200])
  expect(await park.count(`alerts where kind = 'refund_during_stay' and subject_id = any($1)`, [all])).toBe(0)
  await park.passage(refunding.exit, 'passed')
  expect(await park.row('select needs_review from sessions where id = $1', [sessionId])).toEqual({
    needs_review: false,
  })
})

test('who was let out by an operator while he owed is looked at, whatever he paid before', async () => {
  const { quoteId, sessionId } = await paying.carThatOwes(refunding, 'SU 10704')
  await pay(quoteId, 150)
  const open = { action: 'open', reason: 'his card does not work' }
  await admin.expect(201, admin.post(`/v1/gates/${refunding.exit.gateId}/commands`, open))
  await park.passage(refunding.exit, 'passed')
  expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
    state: 'closed',
    needs_review: true,
  })
})

test('what admitted a vehicle to a prepaid site is kept whole, and goes back when it did not drive in', async () => {
  const prepaid = await park.site({
    unknownVehiclePolicy: 'prepaid',
    tariff: { ...plainTariff, prepaidMinor: 500 },
  })
  const admit = async (plate: string) => {
    const { quote } = await park.read(prepaid.entry, plate)
    const id = await pay(quote!.id, 500)
    await park.read(prepaid.entry, plate)
    return id
  }
  const parked = await admit('SU 10149')
  await park.passage(prepaid.entry, 'passed')
  park.wait(20)
  await park.read(prepaid.exit, 'SU 10149')
  await leave(prepaid)
  expect(await back(parked)).toBe(0)

  const turned = await admit('SU 10186')
  await park.passage(prepaid.entry, 'turned_back')
  park.wait(11)
  await paying.work()
  expect(await back(turned)).toBe(500)
})

test('what is left over and cannot be given back from here, or is contested, is not; of the first, somebody is told', async () => {
  const elsewhere = await payAdvance(refunding, 'SU 10223', 240)
  await inside(refunding, 'SU 10223', 29)
  await park.read(refunding.exit, 'SU 10223')
  await park.database.pool.query(`update payments set provider = 'paypal' where id = $1`, [elsewhere.id])
  await leave(refunding)
  expect(await park.count('outbound_calls where subject_id = $1 and kind = $2', [elsewhere.id, 'refund'])).toBe(0)
  expect(await park.count(`alerts where kind = 'payment_surplus' and subject_id = $1`, [elsewhere.id])).toBe(1)

  const contested = await payAdvance(refunding, 'SU 10260', 240)
  const { fact_id } = await park.row('select fact_id from payments where id = $1', [contested.id])
  await inside(refunding, 'SU 10260', 29)
  await park.read(refunding.exit, 'SU 10260')
  await park.moneyBack(fact_id, { kind: 'payment_disputed', state: 'open', amountMinor: contested.amountMinor })
  await leave(refunding)
  expect(await back(contested.id)).toBe(0)
})

test('a stay that was settled up, and whose vehicle turned back and turns out not to have driven in, keeps nothing', async () => {
  const site = await park.site()
  const { sessionId } = await park.read(site.entry, 'SU 10889')
  park.wait(45)
  const { quote } = await park.read(site.exit, 'SU 10889')
  const id = await pay(quote!.id, 200)
  expect(await park.read(site.exit, 'SU 10889')).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
  park.wait(11)
  await paying.work()
  expect(await back(id)).toBe(0)

  await park.passage(site.exit, 'turned_back')
  await park.passage(site.entry, 'turned_back')
  expect(await park.row('select state from sessions where id = $1', [sessionId])).toEqual({ state: 'void' })
  park.wait(11)
  await paying.work()
  expect(await back(id)).toBe(200)
})

test('a stay that somebody has to look at keeps all of it until somebody has', async () => {
  const { id, amountMinor } = await payAdvance(refunding, 'SU 10297', 240)
  const sessionId = await inside(refunding, 'SU 10297', 29)
  await park.read(refunding.exit, 'SU 10297')
  await park.database.pool.query('update sessions set needs_review = true where id = $1', [sessionId])
  await leave(refunding)
  expect(await back(id)).toBe(0)
  await park.database.pool.query('update sessions set needs_review = false where id = $1', [sessionId])
  await paying.work()
  expect(await back(id)).toBe(amountMinor - 100)
})

const asked = (paymentId: string) =>
  park.count('outbound_calls where subject_id = $1 and kind = $2', [paymentId, 'refund'])
const surplusAlerts = (paymentId: string) =>
  park.count(`alerts where kind = 'payment_surplus' and subject_id = $1`, [paymentId])

test('what went back with an answer that nobody understood does not go back again when the stay is over', async () => {
  const { quoteId, plate } = await paying.carThatOwes(refunding, 'SU 10334')
  const first = await pay(quoteId, 200)
  paying.provider.refundsAre = 'strange'
  const second = await pay(quoteId, 200)
  await paying.work()
  paying.provider.refundsAre = 'succeeded'
  expect([await asked(first), await asked(second)]).toEqual([0, 1])
  await park.read(refunding.exit, plate)
  await leave(refunding)
  expect([await asked(first), await asked(second)]).toEqual([0, 1])
})

test('of what was to go back and failed a day later, somebody is told', async () => {
  const { id, amountMinor } = await payAdvance(refunding, 'SU 10371', 240)
  await inside(refunding, 'SU 10371', 29)
  await park.read(refunding.exit, 'SU 10371')
  await leave(refunding)
  expect(await surplusAlerts(id)).toBe(0)
  const refund = await park.row('select fact_id, payment_fact_id from refunds where payment_id = $1', [id])
  park.wait(1440)
  const failed = { factId: refund.fact_id, state: 'failed', amountMinor: amountMinor - 100 }
  await park.moneyBack(refund.payment_fact_id, failed)
  expect(await surplusAlerts(id)).toBe(1)
})

test('what was contested goes back once it is ours after all, and so does what is taken off the price of a stay that is over', async () => {
  const contested = await payAdvance(refunding, 'SU 10408', 240)
  const { fact_id } = await park.row('select fact_id from payments where id = $1', [contested.id])
  const sessionId = await inside(refunding, 'SU 10408', 29)
  await park.read(refunding.exit, 'SU 10408')
  const dispute = { kind: 'payment_disputed', factId: `dp_${randomUUID()}`, amountMinor: contested.amountMinor }
  await park.moneyBack(fact_id, { ...dispute, state: 'open' })
  await leave(refunding)
  expect(await back(contested.id)).toBe(0)
  await park.moneyBack(fact_id, { ...dispute, state: 'won' })
  await paying.work()
  expect(await back(contested.id)).toBe(contested.amountMinor - 100)

  const change = { amountMinor: -40, reason: 'the lift was broken' }
  await admin.expect(200, admin.post(`/v1/sessions/${sessionId}/adjustments`, change))
  await paying.work()
  expect(await back(contested.id)).toBe(contested.amountMinor - 60)
})

test('what admitted a vehicle that did not drive in goes back also where a surplus is kept as credit', async () => {
  const prepaid = await park.site({
    doublePaymentPolicy: 'credit',
    unknownVehiclePolicy: 'prepaid',
    tariff: { ...plainTariff, prepaidMinor: 500 },
  })
  const { quote } = await park.read(prepaid.entry, 'SU 10445')
  const id = await pay(quote!.id, 500)
  await park.read(prepaid.entry, 'SU 10445')
  await park.passage(prepaid.entry, 'turned_back')
  park.wait(11)
  await paying.work()
  expect(await back(id)).toBe(500)
})

test('of what is too much, what its provider gives back already does not go back a second time', async () => {
  const { quoteId } = await paying.carThatOwes(refunding, 'SU 10482')
  await pay(quoteId, 200)
  const factId = `pi_${randomUUID()}`
  await park.moneyBack(factId, { state: 'pending', amountMinor: 150 })
  await park.pay(quoteId, 200, { factId })
  const { id } = await park.row('select id from payments where fact_id = $1', [factId])
  expect(
    await park.row(`select request ->> 'amountMinor' as n from outbound_calls where subject_id = $1`, [id]),
  ).toEqual({
    n: '50',
  })
})

test('a payment that commits beside it, and that its provider gives back at that moment, does not go back a second time', async () => {
  const { quoteId, plate, sessionId } = await paying.carThatOwes(refunding, 'SU 10519')
  await pay(quoteId, 200)
  await park.read(refunding.exit, plate)
  await park.passage(refunding.exit, 'passed')
  park.wait(11)
  const factId = `pi_${randomUUID()}`
  const eventId = `evt_${randomUUID()}`
  const { now: capturedAt } = park.clock
  const captured = { kind: 'payment_captured', factId, reference: null, amountMinor: 300, currency: 'EUR', capturedAt }
  await park.notify('checkout.session.completed', captured, eventId)
  const { id: orphanId } = await park.row('select id from payment_events where event_id = $1', [eventId])

  const slow = await openSlowCommitter(park)
  const { token } = await addOperator(park, signIn, 'admin', [])
  await park.post('/v1/sites', token, {}) // that he has come is a commit of its own
  const to = { sessionId, reason: 'he showed the receipt' }
  const adopting = park.post(`/v1/orphans/${orphanId}/adopt`, token, to, slow.app)
  await slow.atCommit
  const settling = settleUpStays(paying.deps)
  await untilSomebodyWaits(park)
  const givenBack = park.moneyBack(factId, { amountMinor: 300 })
  await untilSomebodyWaits(park, 2)
  slow.commit()

  expect((await adopting).statusCode).toBe(200)
  expect(await givenBack).toBe('applied')
  await settling
  await paying.work()
  const { id } = await park.row('select id from payments where fact_id = $1', [factId])
  expect(await back(id)).toBe(300)
  expect(await asked(id)).toBe(0)
})

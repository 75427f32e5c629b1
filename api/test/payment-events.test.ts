import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, openCarPark, type Site } from './car-park.ts'
import { openSlowCommitter, untilSomebodyWaits } from './slow-commit.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

/** A car that stands at the exit and owes 2.00. */
async function carThatOwes(site: Site, plate: string) {
  await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(45)
  const { quote, sessionId } = await park.read(site.exit, plate)
  return { quoteId: quote!.id, sessionId: sessionId!, address: new URL(quote!.payUrl) }
}

function event(quoteId: string) {
  return JSON.stringify({
    provider: 'stripe',
    eventId: `evt_${randomUUID()}`,
    eventType: 'checkout.session.completed',
    change: {
      kind: 'payment_captured',
      factId: `pi_${randomUUID()}`,
      reference: quoteId,
      amountMinor: 200,
      currency: 'EUR',
      capturedAt: park.clock.now.toISOString(),
    },
  })
}

describe('a payment', () => {
  test('for the car that waits opens its exit: inbox, payment, paid session, command, audit entry and marks', async () => {
    const site = await park.site()
    const { quoteId, sessionId } = await carThatOwes(site, 'PAY 1')
    const response = await park.pay(quoteId, 200, { eventId: 'evt_1', factId: 'pi_1' })
    expect(response.json()).toEqual({ eventId: 'evt_1', result: 'applied' })

    const payment = await park.row('select * from payments where fact_id = $1', ['pi_1'])
    expect(payment).toMatchObject({ session_id: sessionId, quote_id: quoteId, amount_minor: 200, currency: 'EUR' })
    expect(await park.row('select state, payment_id from payment_events where event_id = $1', ['evt_1'])).toEqual({
      state: 'applied',
      payment_id: payment.id,
    })
    expect(await park.row('select state, paid_until from sessions where id = $1', [sessionId])).toEqual({
      state: 'open',
      paid_until: new Date(park.clock.now.getTime() + 900_000),
    })
    const command = await park.row('select * from commands where payment_id = $1', [payment.id])
    expect(command).toMatchObject({ gate_id: site.exit.gateId, action: 'open', streamed: true })
    expect(
      await park.count('audit_entries where action = $1 and site_id = $2', ['payment_event.applied', site.id]),
    ).toBe(1)
    expect(await park.count('mirror_marks where subject_id = $1', [payment.id])).toBe(1)
  })

  test('ends the stay when the car has passed, and not before', async () => {
    const site = await park.site()
    const { quoteId, sessionId } = await carThatOwes(site, 'PAY 2')
    await park.pay(quoteId, 200)
    await park.passage(site.exit, 'passed')
    expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
      state: 'closed',
      needs_review: false,
    })
    expect(await park.count('site_slots where session_id = $1', [sessionId])).toBe(0)
  })

  test('ends the stay of a car that left unseen when the next one stands at the exit', async () => {
    const site = await park.site()
    await park.read(site.entry, 'PAY 3B')
    await park.passage(site.entry, 'passed')
    const { quoteId, sessionId } = await carThatOwes(site, 'PAY 3A')
    await park.pay(quoteId, 200)
    await park.read(site.exit, 'PAY 3B')
    expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
      state: 'closed',
      needs_review: false,
    })
  })

  test('shows its driver the barrier for as long as the car stands there, then that it left, whatever the gate does next', async () => {
    const site = await park.site()
    const { quoteId, address } = await carThatOwes(site, 'PAY 14')
    const { gateId, key } = site.exit
    const seen = async (at = address) => {
      const { left, gate } = (await park.app.inject(at.href.replace(`${at.origin}/pay`, '/v1/quotes'))).json()
      return { left, gate }
    }
    const report = async (state: string) => park.post(`/v1/gates/${gateId}/state`, key, { state })
    await report('closed')
    expect(await seen()).toEqual({ left: false, gate: { openCommand: null, observedState: 'closed' } })
    await park.pay(quoteId, 200)
    expect(await seen()).toEqual({ left: false, gate: { openCommand: 'sent', observedState: 'closed' } })
    const { id } = await park.row('select id from commands where gate_id = $1', [gateId])
    await park.post(`/v1/gates/${gateId}/commands/${id}/result`, key, { outcome: 'executed' })
    await report('open')
    expect(await seen()).toEqual({ left: false, gate: { openCommand: 'executed', observedState: 'open' } })
    await park.passage(site.exit, 'passed')
    await report('fault')
    expect(await seen()).toEqual({ left: true, gate: null })

    const unseen = await carThatOwes(site, 'PAY 15')
    await park.pay(unseen.quoteId, 200)
    await park.read(site.exit, 'STRANGER 2')
    expect(await seen(unseen.address)).toEqual({ left: true, gate: null })

    const back = await carThatOwes(site, 'PAY 16')
    await park.pay(back.quoteId, 200)
    await park.passage(site.exit, 'turned_back')
    expect(await seen(back.address)).toEqual({ left: false, gate: null })
  })

  test('opens nothing when another car stands at the exit by then, or the wait is over', async () => {
    const site = await park.site()
    const first = await carThatOwes(site, 'PAY 4')
    await park.read(site.exit, 'STRANGER 1')
    await park.pay(first.quoteId, 200)
    expect(await park.count('commands where gate_id = $1 and payment_id is not null', [site.exit.gateId])).toBe(0)
    expect(await park.read(site.exit, 'PAY 4')).toMatchObject({ outcome: 'ALLOW', reason: 'paid', openBarrier: true })

    const second = await carThatOwes(site, 'PAY 5')
    park.wait(3.5)
    await park.pay(second.quoteId, 200)
    expect(await park.count('commands where gate_id = $1 and payment_id is not null', [site.exit.gateId])).toBe(0)
  })

  test('opens nothing while the car before it is still read there, and lets it out when it is read again', async () => {
    const site = await park.site()
    await park.read(site.entry, 'PAY 23')
    await park.passage(site.entry, 'passed')
    park.wait(45)
    const ahead = await park.read(site.exit, 'AHEAD 9')
    expect(ahead).toMatchObject({ outcome: 'ALLOW', openBarrier: true })
    park.wait(1 / 60)
    const { quote } = await park.read(site.exit, 'PAY 23')
    park.wait(1 / 60)
    expect(await park.read(site.exit, 'AHEAD 9')).toMatchObject({ decisionId: ahead.decisionId, openBarrier: false })
    await park.pay(quote!.id, quote!.amountMinor)
    expect(await park.count('commands where gate_id = $1 and payment_id is not null', [site.exit.gateId])).toBe(0)
    expect(await park.read(site.exit, 'PAY 23')).toMatchObject({ outcome: 'ALLOW', reason: 'paid', openBarrier: true })
  })

  test('opens nothing once the car has driven off, and lets it out when it is read again', async () => {
    const site = await park.site()
    const { quoteId, sessionId } = await carThatOwes(site, 'PAY 12')
    await park.passage(site.exit, 'turned_back')
    await park.pay(quoteId, 200)
    expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(0)
    expect(await park.read(site.exit, 'PAY 12')).toMatchObject({ outcome: 'ALLOW', reason: 'paid', sessionId })
  })

  test.each([
    ['is free', false, 0],
    ['is occupied', true, 1],
  ])('at an exit whose loop %s opens for a car that is there', async (_what, loopOccupied, opens) => {
    const site = await park.site()
    const { quoteId } = await carThatOwes(site, `PAY 13${opens}`)
    const report = { state: 'closed', loopOccupied }
    expect((await park.post(`/v1/gates/${site.exit.gateId}/state`, site.exit.key, report)).statusCode).toBe(200)
    await park.pay(quoteId, 200)
    expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(opens)
  })

  test('that is captured after its quote has expired opens all the same for the car that waits and owes no more', async () => {
    const site = await park.site({ quoteValidSeconds: 100 })
    const { quoteId, sessionId } = await carThatOwes(site, 'PAY 17')
    park.wait(2)
    const factId = `pi_${randomUUID()}`
    await park.pay(quoteId, 200, { factId })
    const paidUntil = async (id: string) =>
      (await park.row('select paid_until from sessions where id = $1', [id])).paid_until
    expect(await paidUntil(sessionId)).toEqual(new Date(park.clock.now.getTime() + 900_000))
    const opened = 'commands c join payments p on p.id = c.payment_id where p.fact_id = $1'
    expect(await park.count(opened, [factId])).toBe(1)

    // By now the third half hour has begun.
    const longer = await carThatOwes(site, 'PAY 18')
    await park.passage(site.exit, 'turned_back')
    park.wait(20)
    await park.read(site.exit, 'PAY 18')
    const late = `pi_${randomUUID()}`
    await park.pay(longer.quoteId, 200, { factId: late })
    expect(await park.count(opened, [late])).toBe(0)
    expect(await paidUntil(longer.sessionId)).toBeNull()
  })

  test('that commits beside another one, which opened for the same car, does not open for it once more', async () => {
    const site = await park.site({ quoteValidSeconds: 100 })
    const first = await carThatOwes(site, 'PAY 21')
    await park.passage(site.exit, 'turned_back')
    park.wait(2)
    const second = await park.read(site.exit, 'PAY 21')
    expect(second.quote!.id).not.toBe(first.quoteId)
    const slow = await openSlowCommitter(park)
    const paying = park.pay(first.quoteId, 200, {}, slow.app)
    await slow.atCommit
    const payingAgain = park.pay(second.quote!.id, 200)
    await untilSomebodyWaits(park)
    slow.commit()

    expect((await paying).json()).toMatchObject({ result: 'applied' })
    expect((await payingAgain).json()).toMatchObject({ result: 'applied' })
    expect(await park.count('commands where gate_id = $1 and reason = $2', [site.exit.gateId, 'paid'])).toBe(1)
  })

  test('is asked for by the quote that stands, as long as that lasts for as long as the car may wait', async () => {
    const site = await park.site()
    const { quoteId } = await carThatOwes(site, 'PAY 19')
    const again = async () => {
      await park.passage(site.exit, 'turned_back')
      return (await park.read(site.exit, 'PAY 19')).quote!
    }
    park.wait(11.9)
    expect((await again()).id).toBe(quoteId)
    park.wait(0.2)
    const next = await again()
    expect(next.id).not.toBe(quoteId)
    expect(next.expiresAt).toBe(new Date(park.clock.now.getTime() + 900_000).toISOString())
  })

  test('that is too small settles nothing and opens nothing; it is netted against the next quote', async () => {
    const site = await park.site()
    const { quoteId, sessionId } = await carThatOwes(site, 'PAY 6')
    expect((await park.pay(quoteId, 50)).json()).toMatchObject({ result: 'applied' })
    expect(await park.row('select paid_until from sessions where id = $1', [sessionId])).toEqual({ paid_until: null })
    expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(0)
    const answer = await park.post('/v1/quotes', undefined, { siteId: site.id, plate: 'pay 6' })
    expect(answer.json().quote).toMatchObject({ amountMinor: 150, state: 'open' })
  })

  test('is asked for once: a driver who asks again gets the quote he has', async () => {
    const site = await park.site()
    const { quoteId } = await carThatOwes(site, 'PAY 10')
    const again = await park.post('/v1/quotes', undefined, { siteId: site.id, plate: 'PAY 10' })
    expect(again.json().quote.id).toBe(quoteId)
  })

  test('is asked for anew where the quote that stands ends before it could be paid', async () => {
    const site = await park.site({ quoteValidSeconds: 600 })
    await park.read(site.entry, 'PAY 17')
    await park.passage(site.entry, 'passed')
    park.wait(31)
    const typed = async () =>
      (await park.post('/v1/quotes', undefined, { siteId: site.id, plate: 'PAY 17' })).json().quote
    const ahead = async () =>
      (await park.post('/v1/quotes/advance', undefined, { siteId: site.id, plate: 'PAY 17', minutes: 60 })).json().quote
    const [first, firstAhead] = [await typed(), await ahead()]
    park.wait(7)
    expect([(await typed()).id, (await ahead()).id]).toEqual([first.id, firstAhead.id])
    park.wait(2.9)
    const lasting = new Date(park.clock.now.getTime() + 600_000).toISOString()
    expect(await typed()).toMatchObject({ amountMinor: first.amountMinor, expiresAt: lasting, state: 'open' })
    expect(await ahead()).toMatchObject({ expiresAt: lasting })
  })

  test('is asked for once, also when two drivers and the exit ask at the same moment', async () => {
    const site = await park.site()
    for (let round = 0; round < 9; round += 1) {
      const plate = `PAY 11${round}`
      await park.read(site.entry, plate)
      await park.passage(site.entry, 'passed')
      park.wait(45)
      const ask = () => park.post('/v1/quotes', undefined, { siteId: site.id, plate })
      const [{ quote, sessionId }, ...asked] = await Promise.all([park.read(site.exit, plate), ask(), ask()])
      expect(asked.map((answer) => answer.json().quote.id)).toEqual([quote!.id, quote!.id])
      expect(await park.count('quotes where session_id = $1', [sessionId])).toBe(1)
    }
  })

  test('told fifty times at once is one payment and one open (failure 8)', async () => {
    const site = await park.site()
    const { quoteId } = await carThatOwes(site, 'PAY 7')
    const options = { eventId: `evt_${randomUUID()}`, factId: `pi_${randomUUID()}` }
    const answers = await Promise.all(Array.from({ length: 50 }, () => park.pay(quoteId, 200, options)))
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array.from({ length: 50 }, () => 200))
    expect(answers.filter((answer) => answer.json().result === 'applied')).toHaveLength(1)
    expect(await park.count('payments where fact_id = $1', [options.factId])).toBe(1)
    expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(1)
  })

  test('told by two events is one payment (failure 21)', async () => {
    const site = await park.site()
    const { quoteId } = await carThatOwes(site, 'PAY 8')
    const factId = `pi_${randomUUID()}`
    expect((await park.pay(quoteId, 200, { factId })).json().result).toBe('applied')
    expect((await park.pay(quoteId, 200, { factId })).json().result).toBe('duplicate')
    expect(await park.count('payments where fact_id = $1', [factId])).toBe(1)
  })

  test('for nothing we know, or in another currency, is parked and not lost', async () => {
    const site = await park.site()
    const { quoteId } = await carThatOwes(site, 'PAY 9')
    expect((await park.pay(randomUUID(), 200)).json().result).toBe('parked')
    expect((await park.pay('not-a-quote', 200)).json().result).toBe('parked')
    expect((await park.pay(quoteId, 200, { currency: 'USD' })).json().result).toBe('parked')
    expect(await park.count(`payment_events where state = 'parked'`)).toBe(3)
    expect(await park.count('payments where quote_id = $1', [quoteId])).toBe(0)
  })
})

describe('the token of a Cloud Function', () => {
  const post = (token: string | undefined, body: string) => park.post('/internal/payment-events', token, body)

  test('works once', async () => {
    const body = event(randomUUID())
    const token = await park.functionToken(body)
    expect((await post(token, body)).statusCode).toBe(200)
    expect((await post(token, body)).statusCode).toBe(401)
  })

  test.each([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['an unknown provider', JSON.stringify({ ...JSON.parse('{"provider":"x"}') })],
    [
      'an amount beyond all money',
      '{"provider":"stripe","eventId":"e","eventType":"t","change":{"kind":"payment_captured","factId":"f","reference":null,"amountMinor":3000000000,"currency":"EUR","capturedAt":"2026-03-10T09:00:00Z"}}',
    ],
    [
      'a negative amount',
      '{"provider":"stripe","eventId":"e","eventType":"t","change":{"kind":"payment_captured","factId":"f","reference":null,"amountMinor":-1,"currency":"EUR","capturedAt":"2026-03-10T09:00:00Z"}}',
    ],
  ])('with %s as its body is 400, and nothing is stored', async (_what, body) => {
    const before = await park.count('payment_events')
    const response = await post(await park.functionToken(body), body)
    expect(response.statusCode).toBe(400)
    expect(await park.count('payment_events')).toBe(before)
  })
})

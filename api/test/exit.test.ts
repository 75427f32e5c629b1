import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, openCarPark, type Site } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

/** A car that went in and has been inside for `minutes`. */
async function inside(site: Site, plate: string, minutes: number) {
  const answer = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(minutes)
  return answer.sessionId!
}

describe('a car at an exit', () => {
  test('leaves for nothing within the free period, and its place is free again', async () => {
    const site = await park.site()
    const sessionId = await inside(site, 'X 1', 10)
    expect(await park.read(site.exit, 'X 1')).toMatchObject({
      outcome: 'ALLOW',
      reason: 'free_period',
      sessionId,
      openBarrier: true,
    })
    expect(await park.row('select state from sessions where id = $1', [sessionId])).toEqual({ state: 'closed' })
    expect(await park.count('site_slots where site_id = $1 and session_id is not null', [site.id])).toBe(0)
  })

  test('that owes is asked to pay, with a quote that says how much and where', async () => {
    const site = await park.site()
    const sessionId = await inside(site, 'X 2', 61)
    const answer = await park.read(site.exit, 'X 2')
    expect(answer).toMatchObject({
      outcome: 'PAY',
      reason: 'payment_due',
      openBarrier: false,
      commandId: null,
      sessionId,
    })
    expect(answer.quote).toMatchObject({ amountMinor: 300, currency: 'EUR' })
    expect(answer.quote!.payUrl).toBe(`https://parking.example/pay/${answer.quote!.id}?key=${answer.decisionId}`)
    expect(await park.row('select state from sessions where id = $1', [sessionId])).toEqual({ state: 'open' })
  })

  test('that has paid elsewhere leaves, and owes again once the exit buffer is over', async () => {
    const site = await park.site({ exitBufferSeconds: 900 })
    await inside(site, 'X 3', 61)
    const quoted = await park.post('/v1/quotes', undefined, { siteId: site.id, plate: 'X-3' })
    await park.pay(quoted.json().quote.id, 300)
    park.wait(14)
    const other = await inside(site, 'X 4', 61)
    expect(other).toBeTruthy()
    const late = await park.read(site.exit, 'X 3')
    expect(late).toMatchObject({ outcome: 'PAY' })
    expect(late.quote).toMatchObject({ amountMinor: 200 }) // 136 minutes are 5.00, of which 3.00 are paid
  })

  test('with a subscription leaves for nothing; one that ended during the stay covers it to its end', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['S 1'])
    await park.subscription(site.id, ['S 2'], { validUntil: new Date(park.clock.now.getTime() + 60 * 60_000) })
    await park.read(site.entry, 'S 1')
    await park.passage(site.entry, 'passed')
    await inside(site, 'S 2', 121)
    expect(await park.read(site.exit, 'S 1')).toMatchObject({ outcome: 'ALLOW', reason: 'subscription' })
    const ended = await park.read(site.exit, 'S 2')
    expect(ended).toMatchObject({ outcome: 'PAY' })
    expect(ended.quote).toMatchObject({ amountMinor: 300 }) // 61 minutes after the end
  })

  test('whose subscription is ended by somebody during the stay is covered to that end, then the tariff runs', async () => {
    const site = await park.site()
    const subscriptionId = await park.subscription(site.id, ['S 3'])
    await inside(site, 'S 3', 600)
    await park.database.pool.query('update subscriptions set valid_until = $1 where id = $2', [
      park.clock.now,
      subscriptionId,
    ])
    park.wait(45)
    const answer = await park.read(site.exit, 'S 3')
    expect(answer).toMatchObject({ outcome: 'PAY', reason: 'payment_due', quote: { amountMinor: 200 } })
  })

  test('whose subscription was not valid at the entry is not covered, though it is now', async () => {
    const site = await park.site()
    const subscriptionId = await park.subscription(site.id, ['S 4'])
    const begins = new Date(park.clock.now.getTime() + 60_000)
    await park.database.pool.query('update subscriptions set valid_from = $1 where id = $2', [begins, subscriptionId])
    await inside(site, 'S 4', 45)
    expect(await park.read(site.exit, 'S 4')).toMatchObject({ outcome: 'PAY', quote: { amountMinor: 200 } })
  })

  test('that owes drives through where the barrier is held open, and its stay is looked at later', async () => {
    const site = await park.site()
    const holdUntil = new Date(park.clock.now.getTime() + 24 * 3_600_000)
    const held = await park.lane(site.id, 'exit', { barrierMode: 'held_open', holdUntil })
    const sessionId = await inside(site, 'H 1', 61)
    expect(await park.read(held, 'H 1')).toMatchObject({ outcome: 'ALLOW', reason: 'held_open', commandId: null })
    expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
      state: 'closed',
      needs_review: true,
    })
  })

  test('is not refused because of the blacklist', async () => {
    const site = await park.site()
    await inside(site, 'BL 1', 5)
    await park.blacklist('BL 1', null)
    expect(await park.read(site.exit, 'BL 1')).toMatchObject({ outcome: 'ALLOW', reason: 'free_period' })
    await inside(site, 'BL 2', 61)
    await park.blacklist('BL 2', site.id)
    expect(await park.read(site.exit, 'BL 2')).toMatchObject({ outcome: 'PAY', reason: 'payment_due' })
  })

  test('without a stay is let out and flagged, or denied, as the site says', async () => {
    const [flag, deny] = [await park.site(), await park.site({ exitWithoutSessionPolicy: 'deny' })]
    expect(await park.read(flag.exit, 'N 1')).toMatchObject({
      outcome: 'ALLOW',
      reason: 'exit_without_session',
      sessionId: null,
    })
    expect(await park.read(deny.exit, 'N 2')).toMatchObject({ outcome: 'DENY', reason: 'no_session' })
  })

  test('whose sum is beyond what is plausible is to be reviewed, and can still be paid', async () => {
    const site = await park.site({ plausibleAmountMinor: 500 })
    const sessionId = await inside(site, 'L 1', 6 * 60)
    const answer = await park.read(site.exit, 'L 1')
    expect(answer).toMatchObject({ outcome: 'PAY', reason: 'review_required' })
    expect(answer.quote).toMatchObject({ amountMinor: 800 })
    expect(await park.row('select needs_review from sessions where id = $1', [sessionId])).toEqual({
      needs_review: true,
    })
  })

  test('that turns back has its stay again; at the entry the stay is void and the place free', async () => {
    const site = await park.site({ capacity: 1 })
    const sessionId = await inside(site, 'T 1', 5)
    await park.read(site.exit, 'T 1')
    await park.passage(site.exit, 'turned_back')
    expect(await park.row('select state, closed_at from sessions where id = $1', [sessionId])).toEqual({
      state: 'open',
      closed_at: null,
    })
    expect(await park.count('site_slots where session_id = $1', [sessionId])).toBe(1)

    park.wait(4)
    await park.read(site.exit, 'T 1')
    await park.passage(site.exit, 'passed')
    const entered = await park.read(site.entry, 'T 2')
    await park.passage(site.entry, 'turned_back')
    expect(await park.row('select state from sessions where id = $1', [entered.sessionId])).toEqual({ state: 'void' })
    expect(await park.count('site_slots where site_id = $1 and session_id is not null', [site.id])).toBe(0)
  })

  test('that drives out though nothing let it leaves something to review, unless its subscription covers the stay', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['D 1'])
    for (const [plate, needsReview] of [
      ['D 1', false],
      ['D 2', true],
    ] as const) {
      const sessionId = await inside(site, plate, 30)
      const body = { kind: 'passed', occurredAt: park.clock.now.toISOString(), sessionId }
      expect((await park.post(`/v1/gates/${site.exit.gateId}/passages`, site.exit.key, body)).statusCode).toBe(200)
      expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
        state: 'closed',
        needs_review: needsReview,
      })
    }
  })
})

import { randomUUID } from 'node:crypto'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { timeOutReviews } from '../src/services/time-out-reviews.ts'
import { type CarPark, type Lane, openCarPark, plainTariff, type Site } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const work = () => timeOutReviews({ database: park.database, now: () => new Date(park.clock.now), newId })
const wait = (seconds: number) => park.wait(seconds / 60)

async function inside(site: Site, plate: string, minutes: number) {
  const { sessionId } = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(minutes)
  return sessionId!
}
const stay = (id: string) => park.row('select state, needs_review from sessions where id = $1', [id])
const newest = (lane: Lane) =>
  park.row(
    `select d.id, d.outcome, d.reason, d.mode, d.session_id, d.command_id from gate_passes gp join decisions d on d.id = gp.decision_id
     where gp.gate_id = $1`,
    [lane.gateId],
  )
const commandsAt = (lane: Lane) => park.count('commands where gate_id = $1', [lane.gateId])

/** A car that stands at the exit and owes more than is plausible. */
async function underReview(plate: string, options: Parameters<CarPark['site']>[0] = {}) {
  const site = await park.site({ plausibleAmountMinor: 500, ...options })
  const sessionId = await inside(site, plate, 6 * 60)
  const answer = await park.read(site.exit, plate)
  expect(answer).toMatchObject({ outcome: 'PAY', reason: 'review_required', openBarrier: false })
  return { site, sessionId, quote: answer.quote! }
}

describe('a car that waits for a review', () => {
  test('is let out after the time-out, so that nobody is trapped at 2 a.m.: stay ended for review, audited, with an alert', async () => {
    const { site, sessionId } = await underReview('RV 1', { reviewTimeoutSeconds: 60 })
    wait(59)
    await work()
    expect(await newest(site.exit)).toMatchObject({ outcome: 'PAY', reason: 'review_required' })
    wait(1)
    await work()
    const decided = await newest(site.exit)
    expect(decided).toMatchObject({
      outcome: 'ALLOW',
      reason: 'review_timed_out',
      mode: 'normal',
      session_id: sessionId,
    })
    expect(
      await park.row('select action, streamed, outcome from commands where id = $1', [decided.command_id]),
    ).toEqual({ action: 'open', streamed: true, outcome: null })
    expect(await stay(sessionId)).toEqual({ state: 'closed', needs_review: true })
    expect(await park.count('site_slots where session_id = $1', [sessionId])).toBe(0)
    expect(
      await park.row(`select actor_kind, after->>'reason' as reason from audit_entries where subject_id = $1`, [
        decided.id,
      ]),
    ).toEqual({ actor_kind: 'system', reason: 'review_timed_out' })
    expect(
      await park.count(`alerts where kind = 'review_timed_out' and subject_id = $1 and state = 'open'`, [sessionId]),
    ).toBe(1)
    expect(await park.count('payments where session_id = $1', [sessionId])).toBe(0)
    await work()
    expect(await commandsAt(site.exit)).toBe(1)
  })

  test('and is read again meanwhile is told the same, and let out once', async () => {
    const { site, sessionId } = await underReview('RV 2')
    wait(60)
    expect(await park.read(site.exit, 'RV 2')).toMatchObject({ reason: 'review_required', sessionId })
    wait(60)
    await work()
    wait(1)
    const { id } = await newest(site.exit)
    expect(await park.read(site.exit, 'RV 2')).toMatchObject({
      decisionId: id,
      reason: 'review_timed_out',
      openBarrier: false,
    })
    expect(await commandsAt(site.exit)).toBe(1)
  })

  test('at a site that keeps closed waits for somebody', async () => {
    const { site, sessionId } = await underReview('RV 3', { reviewTimeoutPolicy: 'keep_closed' })
    wait(175)
    await work()
    expect(await commandsAt(site.exit)).toBe(0)
    expect(await stay(sessionId)).toEqual({ state: 'open', needs_review: true })
  })

  test('is let out just before it counts as gone, where the site would have it wait longer than its gate', async () => {
    const { site } = await underReview('RV 4', { reviewTimeoutSeconds: 3_600 })
    wait(174)
    await work()
    expect(await commandsAt(site.exit)).toBe(0)
    wait(1)
    await work()
    expect(await newest(site.exit)).toMatchObject({ reason: 'review_timed_out' })
  })

  test('hears it on the command stream also where the camera’s reply opens the barrier, which answers nobody now', async () => {
    const site = await park.site({ plausibleAmountMinor: 500 })
    const exit = await park.lane(site.id, 'exit', { actuation: 'reply' })
    await inside(site, 'RV 5', 6 * 60)
    await park.read(exit, 'RV 5')
    wait(120)
    await work()
    expect(await park.row('select action, streamed from commands where gate_id = $1', [exit.gateId])).toEqual({
      action: 'open',
      streamed: true,
    })
  })

  test('and turns back after all has its stay again', async () => {
    const { site, sessionId } = await underReview('RV 6')
    wait(120)
    await work()
    await park.passage(site.exit, 'turned_back')
    expect(await stay(sessionId)).toEqual({ state: 'open', needs_review: true })
  })
})

describe('a car that does not wait any more is not let out by the time-out', () => {
  const gone: [how: string, (site: Site, plate: string) => Promise<unknown>][] = [
    ['it has counted as gone', async () => wait(61)],
    ['it turned back', async (site) => park.passage(site.exit, 'turned_back')],
    ['another car stands there', async (site) => park.read(site.exit, `OTHER ${randomUUID().slice(0, 4)}`)],
    [
      'the loop is free',
      async (site) =>
        park.database.pool.query('update gates set loop_occupied = false where id = $1', [site.exit.gateId]),
    ],
    [
      'the lane was blocked',
      async (site) =>
        park.database.pool.query(`update gates set barrier_mode = 'blocked' where id = $1`, [site.exit.gateId]),
    ],
    [
      'it is asked for again at another exit',
      async (site, plate) => park.read(await park.lane(site.id, 'exit'), plate),
    ],
  ]
  test.each(gone.map(([how, leave], index) => [how, index, leave] as const))('%s', async (_how, index, leave) => {
    const plate = `GO ${index}${index}`
    const { site, sessionId } = await underReview(plate)
    wait(120)
    await leave(site, plate)
    const before = await commandsAt(site.exit)
    await work()
    expect(await commandsAt(site.exit)).toBe(before)
    expect(await stay(sessionId)).toMatchObject({ state: 'open' })
  })
})

test('a car that drives off between the look and the decision is not let out either', async () => {
  const { site, sessionId } = await underReview('RV G')
  wait(120)
  const drivesOff = `update gates set loop_occupied = false where id = $1`
  const pool = {
    async query(statement: { name: string }) {
      if (statement.name === 'facts-exit') await park.database.pool.query(drivesOff, [site.exit.gateId])
      return park.database.pool.query(statement as never)
    },
  }
  const database = { ...park.database, pool: pool as never }
  await timeOutReviews({ database, now: () => new Date(park.clock.now), newId })
  expect(await park.row('select loop_occupied from gates where id = $1', [site.exit.gateId])).toEqual({
    loop_occupied: false,
  })
  expect(await commandsAt(site.exit)).toBe(0)
  expect(await stay(sessionId)).toMatchObject({ state: 'open' })
})

describe('a review', () => {
  test('that is paid opens as any payment does, and the time-out finds nothing to do', async () => {
    const { site, sessionId, quote } = await underReview('RV P')
    expect((await park.pay(quote.id, quote.amountMinor)).json()).toMatchObject({ result: 'applied' })
    expect(await park.row('select reason from commands where gate_id = $1', [site.exit.gateId])).toEqual({
      reason: 'paid',
    })
    wait(120)
    await work()
    expect(await commandsAt(site.exit)).toBe(1)
    expect(await stay(sessionId)).toMatchObject({ state: 'open' })
    expect(await park.read(site.exit, 'RV P')).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
  })

  test('that is paid, read again and timed out by two workers at the same moment is let out once', async () => {
    for (let round = 0; round < 25; round += 1) {
      const { site, sessionId, quote } = await underReview(`RC ${round}R${round}`)
      wait(120)
      const [paid] = await Promise.all([
        park.pay(quote.id, quote.amountMinor),
        work(),
        work(),
        ...(round % 2 === 0 ? [park.read(site.exit, `RC ${round}R${round}`)] : []),
      ])
      expect(paid.json()).toMatchObject({ result: 'applied' })
      expect({ round, opened: await commandsAt(site.exit) }).toEqual({ round, opened: 1 })
      expect(await park.count('payments where session_id = $1', [sessionId])).toBe(1)
    }
  })

  test('that an operator settles by opening the barrier is not timed out', async () => {
    const { site } = await underReview('RV O')
    const id = randomUUID()
    await park.database.pool.query(
      `insert into commands (id, site_id, gate_id, action, reason, streamed, issued_at, expires_at) values ($1, $2, $3, 'open', 'by hand', true, $4, $5)`,
      [id, site.id, site.exit.gateId, park.clock.now, new Date(park.clock.now.getTime() + 10_000)],
    )
    await park.database.pool.query('update gate_passes set command_id = $1, version = version + 1 where gate_id = $2', [
      id,
      site.exit.gateId,
    ])
    await park.post(`/v1/gates/${site.exit.gateId}/commands/${id}/result`, site.exit.key, { outcome: 'executed' })
    wait(120)
    await work()
    expect(await commandsAt(site.exit)).toBe(1)
  })
})

/** What a quote may be charged by. */
const mayChargeItself = async (quoteId: string) =>
  (await park.row('select charge_automatically as itself from quotes where id = $1', [quoteId])).itself
/** The same at the exit and on the driver's phone, asked there first. */
async function asked(site: Site, plate: string) {
  const { quote: onPhone } = (await park.post('/v1/quotes', undefined, { siteId: site.id, plate })).json()
  const flaggedBy = await park.row(
    `select s.needs_review, (select count(*)::int from alerts a where a.subject_id = s.id and a.kind = 'session_needs_review') as alerts
     from quotes q join sessions s on s.id = q.session_id where q.id = $1`,
    [onPhone.id],
  )
  const atExit = await park.read(site.exit, plate)
  expect(atExit.quote).toMatchObject({ id: onPhone.id, amountMinor: onPhone.amountMinor })
  return { reason: atExit.reason, flagged: flaggedBy, itself: await mayChargeItself(onPhone.id) }
}
const review = { reason: 'review_required', flagged: { needs_review: true, alerts: 1 }, itself: false }
const plainBill = { reason: 'payment_due', flagged: { needs_review: false, alerts: 0 }, itself: true }

describe('a stay is reviewed and never charged automatically, at the exit as on the driver’s phone,', () => {
  test('when its sum is above what is plausible', async () => {
    const site = await park.site({ plausibleAmountMinor: 800 })
    await inside(site, 'LM 1', 6 * 60)
    expect(await asked(site, 'LM 1')).toEqual(plainBill) // exactly 8.00
    const lower = await park.site({ plausibleAmountMinor: 799 })
    await inside(lower, 'LM 2', 6 * 60)
    expect(await asked(lower, 'LM 2')).toEqual(review)
  })

  test('when it is above the maximum stay, up to years on one open session', async () => {
    const site = await park.site({ maxStaySeconds: 86_400 })
    await inside(site, 'LM 3', 24 * 60)
    expect(await asked(site, 'LM 3')).toEqual(plainBill)
    await inside(site, 'LM 4', 24 * 60 + 1)
    expect(await asked(site, 'LM 4')).toEqual(review)
    const cheap = { ...plainTariff, stayCapMinor: 1_000 }
    const unset = await park.site({ tariff: cheap })
    await inside(unset, 'LM 5', 2 * 365 * 24 * 60)
    expect(await asked(unset, 'LM 5')).toEqual(review)
  })

  test('when the car was seen at an entry of the site again, which let nobody in', async () => {
    const site = await park.site({ antiPassbackPolicy: 'deny' })
    await inside(site, 'RE 1', 60)
    expect(await park.read(site.entry, 'RE 1')).toMatchObject({ outcome: 'DENY', reason: 'already_inside' })
    await park.passage(site.entry, 'turned_back')
    park.wait(60)
    expect(await asked(site, 'RE 1')).toEqual(review)
  })

  test('when the car was seen at another site meanwhile, also where it was sent away', async () => {
    const [site, other] = [await park.site(), await park.site({ unknownVehiclePolicy: 'subscribers_only' })]
    await inside(site, 'OS 1', 60)
    expect(await park.read(other.entry, 'OS 1')).toMatchObject({ reason: 'not_subscribed' })
    park.wait(60)
    expect(await asked(site, 'OS 1')).toEqual(review)
  })

  test('when somebody has flagged it before', async () => {
    const site = await park.site()
    const sessionId = await inside(site, 'FL 1', 60)
    await park.database.pool.query('update sessions set needs_review = true where id = $1', [sessionId])
    expect(await asked(site, 'FL 1')).toMatchObject({ reason: 'review_required', itself: false })
  })

  test('when that is seen only after a quote was made: the same quote is withheld', async () => {
    const [site, other] = [await park.site(), await park.site()]
    await inside(site, 'WH 1', 60)
    await inside(site, 'WH 2', 0)
    const quoted = async (plate: string) =>
      (await park.post('/v1/quotes', undefined, { siteId: site.id, plate })).json().quote.id
    const first = await quoted('WH 1')
    expect(await mayChargeItself(first)).toBe(true)
    await park.read(other.entry, 'WH 1')
    const atExit = await park.read(site.exit, 'WH 1')
    expect(atExit).toMatchObject({ reason: 'review_required', quote: { id: first } })
    expect(await mayChargeItself(first)).toBe(false)
    await park.passage(site.exit, 'turned_back')

    park.wait(60)
    const second = await quoted('WH 2')
    await park.passage(other.entry, 'passed')
    await park.read(other.entry, 'WH 2')
    expect(await quoted('WH 2')).toBe(second)
    expect(await mayChargeItself(second)).toBe(false)
    expect(await park.count(`audit_entries where action = 'quote.withheld' and subject_id = $1`, [second])).toBe(1)
  })

  test('when the plate was read as a look-alike: it is asked, but by nobody but the driver', async () => {
    const site = await park.site()
    await inside(site, 'LA AB 1050', 60)
    const answer = await park.read(site.exit, 'LA AB 1O50')
    expect(answer).toMatchObject({ outcome: 'PAY', reason: 'payment_due', matchedPlate: 'LAAB1050' })
    expect(await mayChargeItself(answer.quote!.id)).toBe(false)
  })
})

describe('a stay is not doubted because of', () => {
  test('the reads of its own entry, of exits that asked for money, or of what came before', async () => {
    const [site, other] = [await park.site(), await park.site()]
    await inside(other, 'OK 1', 5)
    await park.read(other.exit, 'OK 1')
    await park.passage(other.exit, 'passed')
    const { sessionId } = await park.read(site.entry, 'OK 1')
    wait(2)
    expect(await park.read(site.entry, 'OK 1')).toMatchObject({ sessionId })
    await park.passage(site.entry, 'passed')
    park.wait(45)
    expect(await park.read(site.exit, 'OK 1')).toMatchObject({ reason: 'payment_due' })
    await park.passage(site.exit, 'turned_back')
    park.wait(60)
    expect(await asked(site, 'OK 1')).toEqual(plainBill)
  })

  test('a read elsewhere that was late, or that its camera doubted', async () => {
    const [site, other] = [await park.site(), await park.site()]
    await inside(site, 'OK 2', 60)
    const anHourAgo = new Date(park.clock.now.getTime() - 3_600_000)
    expect(await park.read(other.entry, 'OK 2', { capturedAt: anHourAgo })).toMatchObject({ mode: 'history' })
    expect(await park.read(other.entry, 'OK 2', { confidence: 0.3 })).toMatchObject({ reason: 'awaiting_better_read' })
    expect(await asked(site, 'OK 2')).toEqual(plainBill)
  })

  test('anything at all, when nothing is owed', async () => {
    const [site, other] = [await park.site({ maxStaySeconds: 3_600 }), await park.site()]
    await park.subscription(site.id, ['OK 3'])
    const sessionId = await inside(site, 'OK 3', 24 * 60)
    await park.read(other.entry, 'OK 3')
    expect(await park.read(site.exit, 'OK 3')).toMatchObject({ outcome: 'ALLOW', reason: 'subscription' })
    expect(await stay(sessionId)).toEqual({ state: 'closed', needs_review: false })
  })
})

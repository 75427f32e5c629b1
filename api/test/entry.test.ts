import { reasonTexts } from '@turnpike/contracts/decision.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

describe('a car at an entry', () => {
  test('that nobody knows may enter a transient site: stored as read, decision, session, command, audit entry and marks', async () => {
    const site = await park.site()
    const answer = await park.read(site.entry, 'b-ab 1234', { confidence: 0.93 })

    expect(answer).toMatchObject({
      outcome: 'ALLOW',
      reason: 'transient_entry',
      openBarrier: true,
      mode: 'normal',
      duplicate: false,
    })
    const read = await park.row(
      `select r.*, p.plate, raw.raw from reads r join plates p on p.id = r.plate_id join plates raw on raw.id = r.raw_plate_id
       where r.decision_id = $1`,
      [answer.decisionId],
    )
    expect(read).toMatchObject({ plate: 'BAB1234', raw: 'b-ab 1234', disposition: 'decided' })
    expect(read.confidence).toBeCloseTo(0.93)
    expect(await park.row('select state, plate_id from sessions where id = $1', [answer.sessionId])).toMatchObject({
      state: 'open',
      plate_id: read.plate_id,
    })
    expect(await park.row('select action, decision_id from commands where id = $1', [answer.commandId])).toEqual({
      action: 'open',
      decision_id: answer.decisionId,
    })
    expect(await park.count('audit_entries where subject_id = $1', [answer.decisionId])).toBe(1)
    const marked = await park.database.pool.query(
      'select kind from mirror_marks where subject_id = any($1) order by kind',
      [[answer.sessionId, site.entry.gateId, site.id]],
    )
    expect(marked.rows.map((row) => row.kind)).toEqual(['site', 'gate', 'session'])
    expect(await park.count('site_slots where session_id = $1', [answer.sessionId])).toBe(1)
  })

  test('that is blacklisted is denied there, and at all sites when the entry says so', async () => {
    const [here, elsewhere] = [await park.site(), await park.site()]
    await park.blacklist('HH XX 1', here.id)
    await park.blacklist('HH XX 2', null)
    expect(await park.read(here.entry, 'HH-XX 1')).toMatchObject({
      outcome: 'DENY',
      reason: 'blacklisted',
      openBarrier: false,
      commandId: null,
    })
    expect(await park.read(elsewhere.entry, 'HH-XX 1')).toMatchObject({ outcome: 'ALLOW' })
    park.wait(4)
    expect(await park.read(elsewhere.entry, 'HH-XX 2')).toMatchObject({ outcome: 'DENY', reason: 'blacklisted' })
  })

  test('is not kept out by a blacklist entry that has ended', async () => {
    const site = await park.site()
    await park.blacklist('HH XX 3', site.id, new Date(park.clock.now.getTime() - 1))
    expect(await park.read(site.entry, 'HH XX 3')).toMatchObject({ outcome: 'ALLOW' })
  })

  test('with a subscription enters, and the stay knows its subscription', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    const subscriptionId = await park.subscription(site.id, ['M AB 100'])
    const answer = await park.read(site.entry, 'M-AB 100')
    expect(answer).toMatchObject({ outcome: 'ALLOW', reason: 'subscription', matchedPlate: 'MAB100' })
    expect(await park.row('select subscription_id from sessions where id = $1', [answer.sessionId])).toEqual({
      subscription_id: subscriptionId,
    })
  })

  test('without one is denied where only subscribers may enter', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    expect(await park.read(site.entry, 'M AB 101')).toMatchObject({
      outcome: 'DENY',
      reason: 'not_subscribed',
      sessionId: null,
    })
  })

  test('whose pool is used up pays like anybody, or is denied, as the plan says', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['P 1', 'P 2'], { poolExhaustedPolicy: 'overflow_to_paying' })
    await park.subscription(site.id, ['P 3', 'P 4'], { poolExhaustedPolicy: 'deny' })
    expect(await park.read(site.entry, 'P 1')).toMatchObject({ reason: 'subscription' })
    const overflow = await park.read(site.entry, 'P 2')
    expect(overflow).toMatchObject({ outcome: 'ALLOW', reason: 'pool_overflow' })
    expect(await park.row('select subscription_id from sessions where id = $1', [overflow.sessionId])).toEqual({
      subscription_id: null,
    })
    expect(await park.read(site.entry, 'P 3')).toMatchObject({ reason: 'subscription' })
    expect(await park.read(site.entry, 'P 4')).toMatchObject({ outcome: 'DENY', reason: 'pool_exhausted' })
  })

  test('finds a full site closed, unless its plan is exempt', async () => {
    const site = await park.site({ capacity: 1 })
    await park.subscription(site.id, ['VIP 1'], { exemptFromCapacity: true })
    expect(await park.read(site.entry, 'F 1')).toMatchObject({ outcome: 'ALLOW' })
    expect(await park.read(site.entry, 'F 2')).toMatchObject({ outcome: 'DENY', reason: 'site_full' })
    expect(await park.read(site.entry, 'VIP 1')).toMatchObject({ outcome: 'ALLOW', reason: 'subscription' })
    expect(await park.count('site_slots where site_id = $1 and session_id is not null', [site.id])).toBe(1)
  })

  test('that is inside already ends its old stay as a missed exit and begins a new one in the same place', async () => {
    const site = await park.site({ capacity: 1 })
    const first = await park.read(site.entry, 'R 1')
    await park.passage(site.entry, 'passed')
    park.wait(60)
    const second = await park.read(site.entry, 'R 1')
    expect(second).toMatchObject({ outcome: 'ALLOW', reason: 'already_inside_flagged' })
    expect(await park.row('select state, needs_review from sessions where id = $1', [first.sessionId])).toEqual({
      state: 'missed_exit',
      needs_review: true,
    })
    expect(await park.count('site_slots where session_id = $1', [second.sessionId])).toBe(1)
  })

  test('that is inside already is denied where anti-passback says so', async () => {
    const site = await park.site({ antiPassbackPolicy: 'deny' })
    await park.read(site.entry, 'R 2')
    await park.passage(site.entry, 'passed')
    park.wait(60)
    expect(await park.read(site.entry, 'R 2')).toMatchObject({ outcome: 'DENY', reason: 'already_inside' })
  })

  test('of a prepaid site is asked to pay first, and admitted once it has', async () => {
    const site = await park.site({
      unknownVehiclePolicy: 'prepaid',
      tariff: { version: 1, rate: { kind: 'flat', amountMinor: 0 }, prepaidMinor: 500 },
    })
    const asked = await park.read(site.entry, 'PP 1')
    expect(asked).toMatchObject({ outcome: 'PAY', reason: 'prepay_required', openBarrier: false, sessionId: null })
    expect(asked.quote).toMatchObject({ amountMinor: 500, currency: 'EUR' })
    expect((await park.pay(asked.quote!.id, 500)).json()).toMatchObject({ result: 'applied' })
    expect(await park.read(site.entry, 'PP 1')).toMatchObject({
      outcome: 'ALLOW',
      reason: 'prepaid',
      openBarrier: true,
    })
  })

  test('at a blocked gate is denied; at one that is held open it is let through and recorded, without an open', async () => {
    const site = await park.site()
    const blocked = await park.lane(site.id, 'entry', { barrierMode: 'blocked' })
    const held = await park.lane(site.id, 'entry', {
      barrierMode: 'held_open',
      holdUntil: new Date('2026-03-11T00:00:00Z'),
    })
    expect(await park.read(blocked, 'G 1')).toMatchObject({ outcome: 'DENY', reason: 'gate_blocked' })
    const answer = await park.read(held, 'G 2')
    expect(answer).toMatchObject({ outcome: 'ALLOW', reason: 'held_open', openBarrier: false, commandId: null })
    expect(answer.sessionId).not.toBeNull()
  })
})

test('every answer carries the text of its reason for the lane display', async () => {
  const site = await park.site({ unknownVehiclePolicy: 'prepaid' })
  await park.subscription(site.id, ['LD 1234'])
  await park.blacklist('LD 5678', site.id)
  for (const [plate, outcome] of [
    ['LD 1234', 'ALLOW'],
    ['LD 5678', 'DENY'],
    ['LD 9012', 'PAY'],
  ] as const) {
    const answer = await park.read(site.entry, plate)
    expect(answer).toMatchObject({ outcome, message: reasonTexts[answer.reason] })
    expect(answer.message).toMatch(/\S{3}/)
  }
})

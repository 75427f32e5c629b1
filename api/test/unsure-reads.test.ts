import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decideUnsureReads } from '../src/services/decide-unsure-reads.ts'
import { type CarPark, type Lane, openCarPark } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const work = () => decideUnsureReads({ database: park.database, now: () => new Date(park.clock.now), newId })
const newest = (gateId: string) =>
  park.row(
    `select d.outcome, d.reason, d.mode, d.session_id, d.command_id, gp.pending from gate_passes gp
     join decisions d on d.id = gp.decision_id where gp.gate_id = $1`,
    [gateId],
  )

describe('a read that its camera doubts', () => {
  test('is answered at once with a wait, and is kept as pending; one without a confidence counts as sure', async () => {
    const site = await park.site()
    const answer = await park.read(site.entry, 'U 1000', { confidence: 0.59 })
    expect(answer).toMatchObject({
      outcome: 'DENY',
      reason: 'awaiting_better_read',
      openBarrier: false,
      sessionId: null,
      commandId: null,
    })
    expect(await park.row('select disposition from reads where decision_id = $1', [answer.decisionId])).toEqual({
      disposition: 'pending',
    })
    expect(await park.read(site.exit, 'U 1001')).toMatchObject({ reason: 'exit_without_session' })
    const other = await park.lane(site.id, 'entry')
    expect(await park.read(other, 'U 1002', { confidence: 0.6 })).toMatchObject({ outcome: 'ALLOW' })
  })

  test('is one below what its gate asks for', async () => {
    const site = await park.site()
    const strict = await park.lane(site.id, 'entry', { minConfidence: 0.9 })
    const easy = await park.lane(site.id, 'entry', { minConfidence: 0 })
    expect(await park.read(strict, 'U 1003', { confidence: 0.89 })).toMatchObject({ reason: 'awaiting_better_read' })
    expect(await park.read(easy, 'U 1004', { confidence: 0.01 })).toMatchObject({ outcome: 'ALLOW' })
  })

  test('is decided by a better one of the same pass, under its better plate', async () => {
    const site = await park.site()
    await park.read(site.entry, 'U 2OO1', { confidence: 0.4 })
    park.wait(0.5 / 60)
    const better = await park.read(site.entry, 'U 2001', { confidence: 0.95 })
    expect(better).toMatchObject({ outcome: 'ALLOW', openBarrier: true })
    expect(
      await park.row('select p.plate from sessions s join plates p on p.id = s.plate_id where s.id = $1', [
        better.sessionId,
      ]),
    ).toEqual({ plate: 'U2001' })
    await work()
    expect(await newest(site.entry.gateId)).toMatchObject({ reason: 'transient_entry', pending: false })
  })

  test('may be decided to DENY by a better one', async () => {
    const site = await park.site({ capacity: 0 })
    await park.read(site.entry, 'U 3000', { confidence: 0.4 })
    park.wait(0.5 / 60)
    expect(await park.read(site.entry, 'U 3000', { confidence: 0.9 })).toMatchObject({
      outcome: 'DENY',
      reason: 'site_full',
    })
  })

  test('is decided after 2.5 s by the gate’s policy `open`: the barrier hears it through the stream, and somebody looks at the stay', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    const lane = await park.lane(site.id, 'entry', { onCameraUnsure: 'open' })
    await park.read(lane, 'U 4000', { confidence: 0.2 })
    park.wait(2.4 / 60)
    await work()
    expect(await newest(lane.gateId)).toMatchObject({ reason: 'awaiting_better_read', pending: true })
    park.wait(0.1 / 60)
    await work()
    const decided = await newest(lane.gateId)
    expect(decided).toMatchObject({ outcome: 'ALLOW', reason: 'fallback_open', mode: 'fallback', pending: false })
    expect(await park.row('select action, streamed from commands where id = $1', [decided.command_id])).toEqual({
      action: 'open',
      streamed: true,
    })
    expect(await park.row('select state from sessions where id = $1', [decided.session_id])).toEqual({ state: 'open' })
    await work()
    expect(await park.count('commands where gate_id = $1', [lane.gateId])).toBe(1)
  })

  test('has its answer then, and a barrier that the camera’s reply opens hears of it through the stream, too', async () => {
    const site = await park.site()
    const lane = await park.lane(site.id, 'entry', { onCameraUnsure: 'open', actuation: 'reply' })
    const answer = await park.read(lane, 'U 4500', { confidence: 0.2 })
    park.wait(3 / 60)
    await work()
    expect(await park.row('select streamed from commands where gate_id = $1', [lane.gateId])).toEqual({
      streamed: true,
    })
    const read = await park.row('select disposition, decision_id from reads where gate_id = $1', [lane.gateId])
    expect(read.disposition).toBe('decided')
    expect(read.decision_id).not.toBe(answer.decisionId)
    expect(await park.row('select reason from decisions where id = $1', [read.decision_id])).toEqual({
      reason: 'fallback_open',
    })
  })

  test('is decided by `allow_list` for exactly a subscriber’s plate and nobody else, by `closed` for nobody', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['U 5000'])
    const lanes = {
      subscriber: await park.lane(site.id, 'entry', { onCameraUnsure: 'allow_list' }),
      lookAlike: await park.lane(site.id, 'entry', { onCameraUnsure: 'allow_list' }),
      closed: await park.lane(site.id, 'entry', { onCameraUnsure: 'closed' }),
    }
    await park.read(lanes.lookAlike, 'U 5O00', { confidence: 0.2 })
    await park.read(lanes.subscriber, 'U 5000', { confidence: 0.2 })
    await park.read(lanes.closed, 'U 5000', { confidence: 0.2 })
    park.wait(3 / 60)
    await work()
    expect(await newest(lanes.subscriber.gateId)).toMatchObject({ outcome: 'ALLOW', reason: 'fallback_allow_list' })
    expect(await newest(lanes.lookAlike.gateId)).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed' })
    expect(await newest(lanes.closed.gateId)).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed' })
  })

  test.each([
    ['has driven on', (lane: Lane) => park.passage(lane, 'turned_back')],
    ['has gone, and another one is doubted there', (lane: Lane) => park.read(lane, 'U 7999', { confidence: 0.2 })],
  ])('of a car that %s once the worker has seen it opens nothing for it any more', async (_how, meanwhile) => {
    const site = await park.site()
    const lane = await park.lane(site.id, 'entry', { onCameraUnsure: 'open' })
    await park.read(lane, 'U 7000', { confidence: 0.2 })
    park.wait(3 / 60)
    const { pool } = park.database
    const query = async (statement: pg.QueryConfig) => {
      const result = await pool.query(statement)
      if (statement.name === 'unsure-reads') await meanwhile(lane)
      return result
    }
    const database = { ...park.database, pool: { query } as unknown as pg.Pool }
    await decideUnsureReads({ database, now: () => new Date(park.clock.now), newId })
    expect(await park.count('commands where gate_id = $1', [lane.gateId])).toBe(0)
    expect(await newest(lane.gateId)).toMatchObject({ reason: 'awaiting_better_read', pending: true })
  })

  test('that two workers and a better read race for is one decision that opens once', async () => {
    const site = await park.site({ capacity: 40 })
    const lane = await park.lane(site.id, 'entry', { onCameraUnsure: 'open' })
    for (let round = 0; round < 20; round += 1) {
      const plate = `U 6${round}00`
      await park.read(lane, plate, { confidence: 0.2 })
      park.wait(3 / 60)
      await Promise.all([work(), work(), park.read(lane, plate, { confidence: 0.9, eventId: randomUUID() })])
      expect(await park.count(`decisions where gate_id = $1 and outcome = 'ALLOW'`, [lane.gateId])).toBe(round + 1)
      expect(await park.count('commands where gate_id = $1', [lane.gateId])).toBe(round + 1)
      await park.passage(lane, 'passed')
      park.wait(1)
    }
  })
})

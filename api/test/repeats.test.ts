import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { purgeExpired } from '../src/services/purge-expired.ts'
import { type CarPark, openCarPark } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

describe('a repeat of an event id', () => {
  test('gets the stored decision with the same command, and moves nothing', async () => {
    const site = await park.site()
    const eventId = randomUUID()
    const first = await park.read(site.entry, 'D 1', { eventId })
    const again = await park.read(site.entry, 'D 1', { eventId })
    expect(again).toEqual({ ...first, duplicate: true })
    expect(await park.count('decisions where gate_id = $1', [site.entry.gateId])).toBe(1)
    expect(await park.count('commands where gate_id = $1', [site.entry.gateId])).toBe(1)
    expect(await park.count('audit_entries where site_id = $1 and action = $2', [site.id, 'decision.made'])).toBe(1)
  })

  test('of a blacklisted plate names what it was taken for, as the first answer did', async () => {
    const site = await park.site()
    await park.blacklist('D 8', site.id)
    const eventId = randomUUID()
    const first = await park.read(site.entry, 'D 8', { eventId })
    expect(first).toMatchObject({ reason: 'blacklisted', matchedPlate: 'D8' })
    expect(await park.read(site.entry, 'D 8', { eventId })).toEqual({ ...first, duplicate: true })
  })

  test('opens no more once its command has a result', async () => {
    const site = await park.site()
    const eventId = randomUUID()
    const first = await park.read(site.entry, 'D 2', { eventId })
    await park.post(`/v1/gates/${site.entry.gateId}/commands/${first.commandId}/result`, site.entry.key, {
      outcome: 'executed',
    })
    expect(await park.read(site.entry, 'D 2', { eventId })).toMatchObject({
      outcome: 'ALLOW',
      openBarrier: false,
      commandId: first.commandId,
    })
  })

  test('opens no more once its command has expired', async () => {
    const site = await park.site()
    const [eventId, capturedAt] = [randomUUID(), park.clock.now]
    await park.read(site.entry, 'D 3', { eventId, capturedAt })
    park.wait(10 / 60)
    expect(await park.read(site.entry, 'D 3', { eventId, capturedAt })).toMatchObject({
      openBarrier: false,
      duplicate: true,
    })
  })

  test('opens no more once its read is too old by now, although its command lives', async () => {
    const site = await park.site()
    const [eventId, capturedAt] = [randomUUID(), new Date(park.clock.now.getTime() - 25_000)]
    const first = await park.read(site.entry, 'D 9', { eventId, capturedAt })
    expect(first.openBarrier).toBe(true)
    park.wait(5 / 60)
    expect(await park.read(site.entry, 'D 9', { eventId, capturedAt })).toMatchObject({ openBarrier: true })
    park.wait(1 / 60)
    expect(await park.read(site.entry, 'D 9', { eventId, capturedAt })).toMatchObject({
      outcome: 'ALLOW',
      openBarrier: false,
      commandId: first.commandId,
    })
  })

  test('opens no more once the vehicle has passed, or another one stands at the gate', async () => {
    const site = await park.site()
    const [eventId, otherId] = [randomUUID(), randomUUID()]
    await park.read(site.entry, 'D 4', { eventId })
    await park.passage(site.entry, 'passed')
    expect(await park.read(site.entry, 'D 4', { eventId })).toMatchObject({ openBarrier: false })
    await park.read(site.entry, 'D 5', { eventId: otherId })
    await park.read(site.entry, 'D 6')
    expect(await park.read(site.entry, 'D 5', { eventId: otherId })).toMatchObject({ openBarrier: false })
  })

  test('is known for ninety days; then its key is purged, and the decision stays', async () => {
    const site = await park.site()
    const { decisionId } = await park.read(site.entry, 'D 10', { eventId: 'kept' })
    const keys = () => park.count('read_keys where camera_id = $1', [site.entry.camera.id])
    const purge = (days: number) =>
      purgeExpired({ database: park.database, now: () => new Date(park.clock.now.getTime() + days * 86_400_000) })
    await purge(90)
    expect(await keys()).toBe(1)
    await purge(90.001)
    expect(await keys()).toBe(0)
    expect(await park.count('decisions where id = $1', [decisionId])).toBe(1)
  })

  test('that races its original thirty times over is one decision, one session and one command', async () => {
    const site = await park.site()
    const eventId = randomUUID()
    const answers = await Promise.all(Array.from({ length: 30 }, () => park.read(site.entry, 'D 7', { eventId })))
    expect(new Set(answers.map((answer) => answer.decisionId)).size).toBe(1)
    expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1)
    expect(await park.count('sessions where site_id = $1', [site.id])).toBe(1)
    expect(await park.count('commands where gate_id = $1', [site.entry.gateId])).toBe(1)
  })
})

describe('an old read', () => {
  test('never opens a gate and moves nothing, but is kept', async () => {
    const site = await park.site()
    const capturedAt = new Date(park.clock.now.getTime() - 31_000)
    const answer = await park.read(site.entry, 'O 1', { capturedAt })
    expect(answer).toMatchObject({
      outcome: 'DENY',
      reason: 'read_too_old',
      mode: 'history',
      openBarrier: false,
      commandId: null,
      sessionId: null,
    })
    expect(await park.row('select disposition from reads where decision_id = $1', [answer.decisionId])).toEqual({
      disposition: 'history',
    })
    expect(await park.count('sessions where site_id = $1', [site.id])).toBe(0)
    expect(await park.row('select decision_id from gate_passes where gate_id = $1', [site.entry.gateId])).toEqual({
      decision_id: null,
    })
  })

  test('of exactly the greatest age still counts', async () => {
    const site = await park.site()
    const capturedAt = new Date(park.clock.now.getTime() - 30_000)
    expect(await park.read(site.entry, 'O 2', { capturedAt })).toMatchObject({ outcome: 'ALLOW' })
  })
})

test('a site may let its reads be of another age', async () => {
  const site = await park.site({ maxReadAgeSeconds: 5 })
  const ago = (seconds: number) => ({ capturedAt: new Date(park.clock.now.getTime() - seconds * 1000) })
  expect(await park.read(site.entry, 'O 3', ago(5.001))).toMatchObject({ reason: 'read_too_old', mode: 'history' })
  expect(await park.read(site.entry, 'O 4', ago(5))).toMatchObject({ outcome: 'ALLOW' })
})

describe('a further read of the same pass', () => {
  test('gets the answer the pass has, and opens nothing', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'V 1')
    park.wait(0.05)
    const second = await park.read(site.entry, 'V 1')
    expect(second).toMatchObject({
      decisionId: first.decisionId,
      outcome: 'ALLOW',
      openBarrier: false,
      duplicate: false,
    })
    const dispositions = await park.database.pool.query(
      'select disposition from reads where gate_id = $1 order by id',
      [site.entry.gateId],
    )
    expect(dispositions.rows.map((row) => row.disposition)).toEqual(['decided', 'suppressed'])
  })

  test('upgrades PAY to ALLOW once the stay is paid, with the open that the payment gave', async () => {
    const { site, read } = await owing('V 2')
    const asked = await read()
    await park.pay(asked.quote!.id, asked.quote!.amountMinor)
    const command = await park.row('select id from commands where gate_id = $1', [site.exit.gateId])
    park.wait(0.05)
    const upgraded = await read()
    expect(upgraded).toMatchObject({ outcome: 'ALLOW', reason: 'paid', openBarrier: true, commandId: command.id })
    expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(1)
  })

  /** A car that has been inside for 45 minutes, and a way to block its exit and free it. */
  async function owing(plate: string) {
    const site = await park.site()
    await park.read(site.entry, plate)
    await park.passage(site.entry, 'passed')
    park.wait(45)
    const mode = (mode: string) =>
      park.database.pool.query('update gates set barrier_mode = $2 where id = $1', [site.exit.gateId, mode])
    return { site, mode, read: () => park.read(site.exit, plate) }
  }

  test('says what holds the vehicle up now: not what it has paid but that the lane is blocked, and what it owes once that is over', async () => {
    const { site, mode, read } = await owing('V 9')
    await mode('blocked')
    expect(await read()).toMatchObject({ outcome: 'DENY', reason: 'gate_blocked', quote: null })
    await mode('normal')
    const asked = await read()
    expect(asked).toMatchObject({ outcome: 'PAY', reason: 'payment_due', openBarrier: false })
    await mode('blocked')
    await park.pay(asked.quote!.id, asked.quote!.amountMinor)
    expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(0)
    expect(await read()).toMatchObject({ outcome: 'DENY', reason: 'gate_blocked', quote: null })
    await mode('normal')
    expect(await read()).toMatchObject({ outcome: 'ALLOW', reason: 'paid', openBarrier: true })
  })

  test('of what owes in a lane that is blocked for a while leaves it waiting: a payment opens once the lane is free', async () => {
    const { site, mode, read } = await owing('V 10')
    const asked = await read()
    await mode('blocked')
    expect(await read()).toMatchObject({ decisionId: asked.decisionId, outcome: 'PAY' })
    await mode('normal')
    await park.pay(asked.quote!.id, asked.quote!.amountMinor)
    expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(1)
  })

  test('of what was let out does not forget its open when the lane is blocked behind it: its stay ends as it passes', async () => {
    const { site, mode, read } = await owing('V 11')
    const asked = await read()
    await park.pay(asked.quote!.id, asked.quote!.amountMinor)
    await mode('blocked')
    await read()
    await park.passage(site.exit, 'passed')
    expect(await park.row('select state, needs_review from sessions where id = $1', [asked.sessionId])).toEqual({
      state: 'closed',
      needs_review: false,
    })
  })

  test('is a new pass after three minutes, or once something has passed', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    const first = await park.read(site.entry, 'V 3')
    park.wait(3.1)
    const second = await park.read(site.entry, 'V 3')
    expect(second.decisionId).not.toBe(first.decisionId)
    await park.passage(site.entry, 'turned_back')
    const third = await park.read(site.entry, 'V 3')
    expect(third.decisionId).not.toBe(second.decisionId)
  })

  test('of a car that has been through the exit in between is a new stay', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'V 4')
    park.wait(1)
    await park.read(site.exit, 'V 4')
    park.wait(1)
    const back = await park.read(site.entry, 'V 4')
    expect(back).toMatchObject({ outcome: 'ALLOW', reason: 'transient_entry' })
    expect(back.sessionId).not.toBe(first.sessionId)
  })
})

describe('cars that race', () => {
  test('for the last places never get more of them than there are', async () => {
    const site = await park.site({ capacity: 3 })
    const lanes = [site.entry, ...(await Promise.all(Array.from({ length: 7 }, () => park.lane(site.id, 'entry'))))]
    const answers = await Promise.all(lanes.map((lane, index) => park.read(lane, `RACE ${index}`)))
    expect(answers.filter((answer) => answer.outcome === 'ALLOW')).toHaveLength(3)
    expect(answers.filter((answer) => answer.reason === 'site_full')).toHaveLength(5)
    expect(await park.count(`sessions where site_id = $1 and state = 'open'`, [site.id])).toBe(3)
  })

  test('for the last place of a pool: one is covered', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['POOL 1', 'POOL 2', 'POOL 3'])
    const lanes = [site.entry, await park.lane(site.id, 'entry'), await park.lane(site.id, 'entry')]
    const answers = await Promise.all(lanes.map((lane, index) => park.read(lane, `POOL ${index + 1}`)))
    expect(answers.filter((answer) => answer.reason === 'subscription')).toHaveLength(1)
    expect(answers.filter((answer) => answer.reason === 'pool_overflow')).toHaveLength(2)
  })

  test('as one plate at several gates open one stay at a time', async () => {
    const site = await park.site()
    const lanes = [site.entry, ...(await Promise.all(Array.from({ length: 5 }, () => park.lane(site.id, 'entry'))))]
    await Promise.all(lanes.map((lane) => park.read(lane, 'TWIN 1')))
    expect(await park.count(`sessions where site_id = $1 and state = 'open'`, [site.id])).toBe(1)
    expect(await park.count('site_slots where site_id = $1 and session_id is not null', [site.id])).toBe(1)
  })
})

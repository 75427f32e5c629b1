import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expireCommands } from '../src/services/expire-commands.ts'
import { type CarPark, type Lane, openCarPark, type Site } from './car-park.ts'
import { followEvents } from './event-stream.ts'
import { addOperator, openSignIn, type SignIn, type TestOperator } from './operator.ts'

let signIn: SignIn
let park: CarPark
let base: string
beforeAll(async () => {
  signIn = await openSignIn()
  park = await openCarPark({ verifyIdToken: signIn.verifyIdToken })
  base = await park.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await park.close()
  await signIn.stop()
})

const stream = (lane: Lane) => followEvents(`${base}/v1/gates/${lane.gateId}/commands`, lane.key)
const result = (lane: Lane, commandId: string, outcome: string) =>
  park.post(`/v1/gates/${lane.gateId}/commands/${commandId}/result`, lane.key, { outcome })

describe('the command stream', () => {
  test('carries the open of a decision, with a relative time to live', async () => {
    const site = await park.site()
    const commands = await stream(site.entry)
    const answer = await park.read(site.entry, 'C 1')
    const event = await commands.next()
    expect(event.id).toBe(answer.commandId)
    expect(JSON.parse(event.data)).toEqual({
      id: answer.commandId,
      action: 'open',
      reason: 'transient_entry',
      issuedAt: park.clock.now.toISOString(),
      ttlMs: 10_000,
    })
    await commands.close()
  })

  test('carries the open of a payment', async () => {
    const site = await park.site()
    await park.read(site.entry, 'C 2')
    await park.passage(site.entry, 'passed')
    park.wait(45)
    const commands = await stream(site.exit)
    const { quote } = await park.read(site.exit, 'C 2')
    await park.pay(quote!.id, quote!.amountMinor)
    expect(JSON.parse((await commands.next()).data)).toMatchObject({ action: 'open', reason: 'paid' })
    await commands.close()
  })

  test('tells every listener, and again one that comes back before the result', async () => {
    const site = await park.site()
    const [first, second] = [await stream(site.entry), await stream(site.entry)]
    const { commandId } = await park.read(site.entry, 'C 3')
    expect((await first.next()).id).toBe(commandId)
    expect((await second.next()).id).toBe(commandId)
    await first.close()
    const back = await stream(site.entry)
    expect((await back.next()).id).toBe(commandId)
    await Promise.all([second.close(), back.close()])
  })

  test('goes on from the Last-Event-ID: what was issued meanwhile, and what has no result yet, which is acted on once', async () => {
    const site = await park.site()
    const url = `${base}/v1/gates/${site.entry.gateId}/commands`
    const first = await stream(site.entry)
    const heard = await park.read(site.entry, 'C 10')
    expect((await first.next()).id).toBe(heard.commandId)
    await first.close()
    await park.passage(site.entry, 'passed')
    const missed = await park.read(site.entry, 'C 11')
    const back = await followEvents(url, site.entry.key, { 'last-event-id': heard.commandId! })
    expect((await back.next(({ id }) => id === missed.commandId)).id).toBe(missed.commandId)
    await back.close()
    await result(site.entry, heard.commandId!, 'executed')
    const again = await followEvents(url, site.entry.key, { 'last-event-id': missed.commandId! })
    expect((await again.next()).id).toBe(missed.commandId)
    expect(again.rest()).toEqual([])
    await again.close()
  })

  test('says how much of its life is left to a command that is heard late', async () => {
    const site = await park.site()
    const { commandId } = await park.read(site.entry, 'C 12')
    park.wait(4 / 60)
    const commands = await stream(site.entry)
    expect(JSON.parse((await commands.next()).data)).toMatchObject({ id: commandId, ttlMs: 6_000 })
    await commands.close()
  })

  test('is silent about what has a result, has expired, belongs to another gate or was opened by the reply', async () => {
    const site = await park.site()
    const reply = await park.lane(site.id, 'entry', { actuation: 'reply' })
    const done = await park.read(site.entry, 'C 4')
    await result(site.entry, done.commandId!, 'executed')
    const opened = await park.read(reply, 'C 5')
    expect(opened).toMatchObject({ openBarrier: true })
    const [entry, exit, byReply] = [await stream(site.entry), await stream(site.exit), await stream(reply)]
    await park.passage(site.entry, 'passed')
    const fresh = await park.read(site.entry, 'C 6')
    expect((await entry.next()).id).toBe(fresh.commandId)
    expect([entry, exit, byReply].flatMap((s) => s.rest())).toEqual([])
    await Promise.all([entry.close(), exit.close(), byReply.close()])
    park.wait(1)
    const late = await stream(site.entry)
    await park.passage(site.entry, 'passed')
    const next = await park.read(site.entry, 'C 7')
    expect((await late.next()).id).toBe(next.commandId)
    await late.close()
  })
})

describe('the result of a command', () => {
  test('that comes first counts: an equal repeat is accepted, another is a conflict', async () => {
    const site = await park.site()
    const { commandId } = await park.read(site.entry, 'C 8')
    expect((await result(site.entry, commandId!, 'executed')).statusCode).toBe(200)
    expect((await result(site.entry, commandId!, 'executed')).statusCode).toBe(200)
    expect((await result(site.entry, commandId!, 'failed')).statusCode).toBe(409)
    expect(await park.row('select outcome from commands where id = $1', [commandId])).toEqual({ outcome: 'executed' })
    expect(await park.count('audit_entries where subject_id = $1', [commandId])).toBe(1)
  })

  test('that never comes is unknown after 15 s, which a late one still corrects', async () => {
    const site = await park.site()
    const { commandId } = await park.read(site.entry, 'C 9')
    const outcome = () => park.row('select outcome from commands where id = $1', [commandId])
    park.wait(15 / 60)
    await expireCommands({ database: park.database, now: () => park.clock.now })
    expect(await outcome()).toEqual({ outcome: null })
    park.wait(0.1 / 60)
    await expireCommands({ database: park.database, now: () => park.clock.now })
    expect(await outcome()).toEqual({ outcome: 'unknown' })
    expect(await park.count('mirror_marks where subject_id = $1', [site.entry.gateId])).toBe(2)
    expect((await result(site.entry, commandId!, 'executed')).statusCode).toBe(200)
    expect(await outcome()).toEqual({ outcome: 'executed' })
  })
})

describe('an operator', () => {
  let site: Site
  let other: Site
  let operator: TestOperator
  const send = (token: string, gateId: string, body: unknown) => park.post(`/v1/gates/${gateId}/commands`, token, body)
  beforeAll(async () => {
    site = await park.site()
    other = await park.site()
    operator = await addOperator(park, signIn, 'operator', [site.id])
  })

  test('opens a gate for a reason: the barrier hears it and the audit trail knows who and why', async () => {
    const commands = await stream(site.entry)
    const response = await send(operator.token, site.entry.gateId, { action: 'open', reason: 'Ambulance' })
    expect(response.statusCode).toBe(201)
    const { id } = response.json()
    expect(JSON.parse((await commands.next()).data)).toMatchObject({ id, action: 'open', reason: 'Ambulance' })
    expect(
      await park.row(
        `select actor_id, reason, subject_id from audit_entries where action = 'gate.open' and site_id = $1`,
        [site.id],
      ),
    ).toEqual({
      actor_id: operator.id,
      reason: 'Ambulance',
      subject_id: site.entry.gateId,
    })
    await commands.close()
  })

  test('holds a gate open until a time, and it is normal again after it', async () => {
    const holdUntil = new Date(park.clock.now.getTime() + 60_000).toISOString()
    const response = await send(operator.token, site.entry.gateId, {
      action: 'hold_open',
      reason: 'Delivery',
      holdUntil,
    })
    expect(response.json()).toMatchObject({ action: 'hold_open', holdUntil })
    expect(await park.read(site.entry, 'H 1')).toMatchObject({ reason: 'held_open', commandId: null })
    park.wait(1)
    await expireCommands({ database: park.database, now: () => park.clock.now })
    expect(await park.row('select barrier_mode, hold_until from gates where id = $1', [site.entry.gateId])).toEqual({
      barrier_mode: 'normal',
      hold_until: null,
    })
  })

  test('tells the controller until when it holds or blocks, for it to end that by itself', async () => {
    const lane = await park.lane(site.id, 'entry')
    const commands = await stream(lane)
    const holdUntil = new Date(park.clock.now.getTime() + 3_600_000).toISOString()
    for (const action of ['hold_open', 'block']) {
      await send(operator.token, lane.gateId, { action, reason: 'Delivery', holdUntil })
      expect(JSON.parse((await commands.next()).data)).toMatchObject({ action, holdUntil, ttlMs: 15_000 })
    }
    await commands.close()
  })

  test('blocks a gate, and releases it', async () => {
    await send(operator.token, site.entry.gateId, { action: 'block', reason: 'Broken arm' })
    expect(await park.read(site.entry, 'H 2')).toMatchObject({ outcome: 'DENY', reason: 'gate_blocked' })
    await send(operator.token, site.entry.gateId, { action: 'release', reason: 'Repaired' })
    park.wait(4)
    expect(await park.read(site.entry, 'H 2')).toMatchObject({ outcome: 'ALLOW' })
  })

  test.each([
    ['no reason', { action: 'open' }],
    ['an empty reason', { action: 'open', reason: '   ' }],
    ['no end of a hold', { action: 'hold_open', reason: 'Delivery' }],
    ['an end in the past', { action: 'hold_open', reason: 'Delivery', holdUntil: '2020-01-01T00:00:00Z' }],
    ['an end of a mere open', { action: 'open', reason: 'Delivery', holdUntil: '2030-01-01T00:00:00Z' }],
    ['an action that is none', { action: 'explode', reason: 'because' }],
    ['a word that is misspelt', { action: 'block', reason: 'Delivery', holduntil: '2030-01-01T00:00:00Z' }],
  ])('with %s gets 400, and no command is made', async (_what, body) => {
    const before = await park.count('commands')
    expect((await send(operator.token, site.entry.gateId, body)).statusCode).toBe(400)
    expect(await park.count('commands')).toBe(before)
  })

  test('of another site finds no such gate; a viewer may not command; an admin may everywhere', async () => {
    const viewer = await addOperator(park, signIn, 'viewer', [site.id])
    const admin = await addOperator(park, signIn, 'admin', [])
    const open = { action: 'open', reason: 'because' }
    expect((await send(operator.token, other.entry.gateId, open)).statusCode).toBe(404)
    expect((await send(viewer.token, site.entry.gateId, open)).statusCode).toBe(403)
    expect((await send(admin.token, other.entry.gateId, open)).statusCode).toBe(201)
    expect(await park.count('commands where gate_id = $1', [other.entry.gateId])).toBe(1)
  })

  test('who was disabled, or has no row here, is refused at once with a token that is still good', async () => {
    const gone = await addOperator(park, signIn, 'admin', [])
    const stranger = await signIn.account()
    const get = (token: string) => park.app.inject({ url: '/v1/sites', headers: { authorization: `Bearer ${token}` } })
    expect((await get(gone.token)).statusCode).toBe(200)
    await park.database.pool.query('update operators set disabled_at = now() where id = $1', [gone.id])
    expect((await get(gone.token)).statusCode).toBe(403)
    expect((await get(stranger.token)).statusCode).toBe(403)
  })
})

import { randomUUID } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { replayDecision } from '../src/services/replay-decision.ts'
import type { CarPark } from './car-park.ts'
import { followEvents } from './event-stream.ts'
import { type FailingPark, openFailingPark } from './failing-park.ts'
import { entriesIn, leaveEntries } from './journal-folder.ts'
import { addOperator, openSignIn, type SignIn } from './operator.ts'
import { clientOf } from './operator-client.ts'

let failing: FailingPark
let park: CarPark
let base: string
let signIn: SignIn
beforeAll(async () => {
  signIn = await openSignIn()
  failing = await openFailingPark({ verifyIdToken: signIn.verifyIdToken })
  park = failing.park
  base = await park.app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(async () => {
  failing.proxy.set({ kind: 'fine' })
  await park.broughtIn()
})
afterAll(async () => {
  await failing.close()
  await signIn.stop()
})

/** From now on the app remembers what is configured, and Postgres is away. */
async function losePostgres() {
  await park.lanes.refresh()
  failing.proxy.set({ kind: 'cut' })
}

async function postgresIsBack() {
  failing.proxy.set({ kind: 'fine' })
  await park.broughtIn()
}

describe('while Postgres is away, a car', () => {
  test('at an exit is let out by the policy `open`; its stay is closed for review, and somebody is told', async () => {
    const site = await park.site()
    const { sessionId } = await park.read(site.entry, 'F 1')
    await park.passage(site.entry, 'passed')
    park.wait(90)
    await losePostgres()
    const answer = await park.read(site.exit, 'F 1')
    expect(answer).toMatchObject({ outcome: 'ALLOW', reason: 'fallback_open', mode: 'fallback', openBarrier: true })
    expect(answer.commandId).not.toBeNull()
    expect(await readdir(park.journalFolder)).toHaveLength(1)

    await postgresIsBack()
    const session = await park.row('select state, needs_review, exit_decision_id from sessions where id = $1', [
      sessionId,
    ])
    expect(session).toEqual({ state: 'closed', needs_review: true, exit_decision_id: answer.decisionId })
    const decision = await park.row('select outcome, reason, mode, session_id from decisions where id = $1', [
      answer.decisionId,
    ])
    expect(decision).toEqual({ outcome: 'ALLOW', reason: 'fallback_open', mode: 'fallback', session_id: sessionId })
    const { rows } = await park.database.pool.query('select kind from alerts where site_id = $1 order by kind', [
      site.id,
    ])
    expect(rows.map((row) => row.kind)).toEqual(['session_needs_review', 'decided_in_fallback'])
    expect(
      await park.count(`audit_entries where action = 'decision.made' and subject_id = $1`, [answer.decisionId]),
    ).toBe(1)
    expect(await park.count('site_slots where site_id = $1 and session_id is not null', [site.id])).toBe(0)
  })

  test('at an exit, is reported with what it owed as not collected, by `fallback`', async () => {
    const site = await park.site()
    const { sessionId } = await park.read(site.entry, 'F 1U')
    await park.passage(site.entry, 'passed')
    park.wait(45)
    await losePostgres()
    const { decisionId } = await park.read(site.exit, 'F 1U')
    park.wait(180)
    await postgresIsBack()
    const admin = clientOf(park, (await addOperator(park, signIn, 'admin', [])).token)
    const { items } = await admin.expect(200, admin.get(`/v1/reports/uncollected?siteId=${site.id}`))
    expect(items).toMatchObject([{ id: sessionId, decisionId, cause: 'fallback', paidMinor: 0, owedMinor: 200 }])
  })

  test('that has paid, or that a subscription covers, leaves nothing to review', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['F 2S'])
    const covered = await park.read(site.entry, 'F 2S')
    await park.passage(site.entry, 'passed')
    const paying = await park.read(site.entry, 'F 2P')
    await park.passage(site.entry, 'passed')
    park.wait(45)
    const { quote } = await park.read(site.exit, 'F 2P')
    await park.pay(quote!.id, quote!.amountMinor)
    await park.passage(site.exit, 'turned_back')
    await losePostgres()
    expect(await park.read(site.exit, 'F 2P')).toMatchObject({ mode: 'fallback', openBarrier: true })
    await park.passage(site.exit, 'passed')
    expect(await park.read(site.exit, 'F 2S')).toMatchObject({ mode: 'fallback', openBarrier: true })
    await postgresIsBack()
    for (const { sessionId } of [covered, paying])
      expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
        state: 'closed',
        needs_review: false,
      })
  })

  test('at an entry is let in by `allow_list` if exactly its plate subscribes; its stay begins then, and is covered', async () => {
    const site = await park.site()
    const subscriptionId = await park.subscription(site.id, ['SUB 1234'])
    await park.subscription(site.id, ['END 1'], { validUntil: new Date(park.clock.now) })
    await park.subscription(site.id, ['BAD 1'])
    await park.blacklist('BAD 1', site.id)
    await losePostgres()
    const closed = { outcome: 'DENY', reason: 'fallback_closed', mode: 'fallback', openBarrier: false, commandId: null }
    expect(await park.read(site.entry, 'F 3')).toMatchObject(closed)
    expect(await park.read(site.entry, 'SUB I234')).toMatchObject(closed)
    expect(await park.read(site.entry, 'END 1')).toMatchObject(closed)
    expect(await park.read(site.entry, 'BAD 1')).toMatchObject(closed)
    const at = park.clock.now
    const answer = await park.read(site.entry, 'SUB 1234')
    expect(answer).toMatchObject({ outcome: 'ALLOW', reason: 'fallback_allow_list', openBarrier: true })
    park.wait(5)
    await postgresIsBack()
    const { rows } = await park.database.pool.query(
      'select state, subscription_id, opened_at, entry_decision_id from sessions where site_id = $1',
      [site.id],
    )
    expect(rows).toEqual([
      { state: 'open', subscription_id: subscriptionId, opened_at: at, entry_decision_id: answer.decisionId },
    ])
    expect(
      await park.count('subscription_slots where session_id is not null and subscription_id = $1', [subscriptionId]),
    ).toBe(1)
    expect(await park.count('site_slots where session_id is not null and site_id = $1', [site.id])).toBe(1)
  })

  test('at a gate whose policy is `closed` is refused, in or out', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['F 4'])
    for (const direction of ['entry', 'exit'] as const) {
      const lane = await park.lane(site.id, direction, { onDbDown: 'closed' })
      await losePostgres()
      expect(await park.read(lane, 'F 4')).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed' })
      await postgresIsBack()
    }
  })

  test('is answered by the policy that its gate has now, not by the one it had when lanes were looked up first', async () => {
    const site = await park.site()
    await park.lanes.refresh()
    await park.testDatabase.pool.query(`update gates set on_db_down = 'closed' where id = $1`, [site.exit.gateId])
    await losePostgres()
    expect(await park.read(site.exit, 'F 44')).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed' })
  })

  test('at a blocked gate is refused, and at one that is held open let through without an open, whatever the policy', async () => {
    const site = await park.site()
    const blocked = await park.lane(site.id, 'exit', { barrierMode: 'blocked' })
    const holdUntil = new Date(park.clock.now.getTime() + 60_000)
    const held = await park.lane(site.id, 'entry', { barrierMode: 'held_open', holdUntil, onDbDown: 'closed' })
    await losePostgres()
    expect(await park.read(blocked, 'F 5')).toMatchObject({ outcome: 'DENY', reason: 'gate_blocked', mode: 'fallback' })
    expect(await park.read(held, 'F 6')).toMatchObject({ outcome: 'ALLOW', reason: 'held_open', commandId: null })
    park.wait(2)
    expect(await park.read(held, 'F 7')).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed' })
  })

  test('at an entry that is held open but reports itself closed is opened for, unless it is blacklisted', async () => {
    const site = await park.site()
    const holdUntil = new Date(park.clock.now.getTime() + 60_000)
    const held = { barrierMode: 'held_open', holdUntil, observedState: 'closed', onDbDown: 'closed' } as const
    const lane = await park.lane(site.id, 'entry', held)
    await park.blacklist('BAD 5H', null)
    await losePostgres()
    const denied = { outcome: 'DENY', reason: 'blacklisted', mode: 'fallback', openBarrier: false, commandId: null }
    expect(await park.read(lane, 'BAD 5H')).toMatchObject(denied)
    expect(await park.read(lane, 'F 5H')).toMatchObject({ reason: 'held_open', openBarrier: true })
  })

  test('that its camera doubts needs both policies', async () => {
    const site = await park.site()
    const lane = await park.lane(site.id, 'exit', { onDbDown: 'open', onCameraUnsure: 'closed' })
    await losePostgres()
    expect(await park.read(lane, 'F 8', { confidence: 0.3 })).toMatchObject({
      outcome: 'DENY',
      reason: 'fallback_closed',
    })
    expect(await park.read(lane, 'G 9', { confidence: 0.9 })).toMatchObject({
      outcome: 'ALLOW',
      reason: 'fallback_open',
    })
  })

  test('before a camera whose clock is wrong is judged by that clock', async () => {
    const site = await park.site()
    const tenMinutesMs = 10 * 60_000
    await park.database.pool.query('update cameras set clock_offset_ms = $2 where id = $1', [
      site.exit.camera.id,
      -tenMinutesMs,
    ])
    await losePostgres()
    const shown = new Date(park.clock.now.getTime() - tenMinutesMs)
    expect(await park.read(site.exit, 'F 11', { capturedAt: shown })).toMatchObject({ mode: 'fallback' })
    const older = new Date(shown.getTime() - 60_000)
    expect(await park.read(site.exit, 'G 12', { capturedAt: older })).toMatchObject({ mode: 'history' })
  })

  test('whose read is old opens nothing: it is history', async () => {
    const site = await park.site()
    await losePostgres()
    const capturedAt = new Date(park.clock.now.getTime() - 60_000)
    const answer = await park.read(site.exit, 'F 10', { capturedAt })
    expect(answer).toMatchObject({ outcome: 'DENY', reason: 'read_too_old', mode: 'history', openBarrier: false })
    await postgresIsBack()
    expect(await park.row('select disposition from reads where decision_id = $1', [answer.decisionId])).toEqual({
      disposition: 'history',
    })
    expect(
      (await park.row('select decision_id from gate_passes where gate_id = $1', [site.exit.gateId])).decision_id,
    ).toBeNull()
  })
})

describe('while Postgres is away, an open is given once', () => {
  test('to a vehicle whose plate was read differently before, also in another spelling', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    const lane = await park.lane(site.id, 'entry', { onDbDown: 'open' })
    await park.subscription(site.id, ['WXY 1235'])
    expect(await park.read(lane, 'WXY 1284')).toMatchObject({ outcome: 'DENY' })
    const { decisionId } = await park.read(lane, 'WXY 1235')
    park.wait(0.5)
    await losePostgres()
    expect(await park.read(lane, 'WXY 1284')).toMatchObject({ decisionId, openBarrier: false })
  })

  test('a repeat gets the same decision with the same command, then and when Postgres is back', async () => {
    const site = await park.site()
    await losePostgres()
    const eventId = randomUUID()
    const first = await park.read(site.exit, 'R 1', { eventId })
    expect(await park.read(site.exit, 'R 1', { eventId })).toEqual({ ...first, duplicate: true })
    park.wait(1)
    expect(await park.read(site.exit, 'R 1', { eventId })).toEqual({ ...first, duplicate: true, openBarrier: false })
    await postgresIsBack()
    expect(await park.read(site.exit, 'R 1', { eventId })).toMatchObject({
      decisionId: first.decisionId,
      outcome: 'ALLOW',
      duplicate: true,
      openBarrier: false,
    })
    expect(await park.count('decisions where site_id = $1', [site.id])).toBe(1)
  })

  test('a repeat opens with the same command as long as that may open, also once Postgres is back', async () => {
    const site = await park.site()
    await losePostgres()
    const event = { eventId: randomUUID(), capturedAt: park.clock.now }
    const first = await park.read(site.exit, 'R 11', event)
    expect(first).toMatchObject({ mode: 'fallback', openBarrier: true })
    await postgresIsBack()
    park.wait(5 / 60)
    expect(await park.read(site.exit, 'R 11', event)).toEqual({ ...first, duplicate: true })
    const { gateId, key } = site.exit
    await park.post(`/v1/gates/${gateId}/commands/${first.commandId}/result`, key, { outcome: 'executed' })
    expect(await park.read(site.exit, 'R 11', event)).toEqual({ ...first, duplicate: true, openBarrier: false })
    expect(await park.count('commands where gate_id = $1', [gateId])).toBe(1)
  })

  test('to each of two vehicles that are read in turn, until something has passed', async () => {
    const site = await park.site()
    const first = await park.read(site.exit, 'RV 1212')
    park.wait(1 / 60)
    await losePostgres()
    const behind = await park.read(site.exit, 'XY 3434')
    expect(behind).toMatchObject({ mode: 'fallback', openBarrier: true })
    for (let turn = 0; turn < 2; turn += 1) {
      for (const [plate, { decisionId }] of [
        ['RV 1212', first],
        ['XY 3434', behind],
      ] as const)
        expect(await park.read(site.exit, plate)).toMatchObject({ decisionId, openBarrier: false, outcome: 'ALLOW' })
    }
    await park.passage(site.exit, 'passed')
    expect(await park.read(site.exit, 'RV 1212')).toMatchObject({ mode: 'fallback', openBarrier: true })
    await postgresIsBack()
    expect(await park.count('decisions where site_id = $1', [site.id])).toBe(3)
  })

  test('further reads of one vehicle get the answer of its pass and open nothing', async () => {
    const site = await park.site()
    await losePostgres()
    const first = await park.read(site.exit, 'WXY 1234')
    for (const plate of ['WXY 1234', 'WXY I234', 'WXY 1235'])
      expect(await park.read(site.exit, plate)).toMatchObject({
        decisionId: first.decisionId,
        outcome: 'ALLOW',
        openBarrier: false,
      })
    await postgresIsBack()
    expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(1)
    expect(await park.count(`reads where gate_id = $1 and disposition = 'suppressed'`, [site.exit.gateId])).toBe(3)
  })

  test('two reads of one vehicle at the same moment are one open', async () => {
    const site = await park.site()
    await losePostgres()
    const answers = await Promise.all(Array.from({ length: 8 }, () => park.read(site.exit, 'R 3')))
    expect(answers.filter((answer) => answer.openBarrier)).toHaveLength(1)
  })

  test('a vehicle that was let through just before gets no second one', async () => {
    const site = await park.site()
    const before = await park.read(site.exit, 'R 4')
    expect(before).toMatchObject({ mode: 'normal', openBarrier: true })
    await losePostgres()
    expect(await park.read(site.exit, 'R 4')).toMatchObject({ decisionId: before.decisionId, openBarrier: false })
    await park.passage(site.exit, 'passed')
    expect(await park.read(site.exit, 'R 4')).toMatchObject({ mode: 'fallback', openBarrier: true })
  })

  test('a report that comes late, of the vehicle before, does not make it two for the one that stands there', async () => {
    const site = await park.site()
    await park.read(site.exit, 'R 41')
    await park.passage(site.exit, 'passed', park.clock.now)
    const earlier = new Date(park.clock.now.getTime() + 1)
    park.wait(1)
    await losePostgres()
    const first = await park.read(site.exit, 'S 42')
    expect(first).toMatchObject({ mode: 'fallback', openBarrier: true })
    await park.passage(site.exit, 'passed', earlier)
    expect(await park.read(site.exit, 'S 42')).toMatchObject({ decisionId: first.decisionId, openBarrier: false })
    await park.passage(site.exit, 'passed', park.clock.now)
    expect(await park.read(site.exit, 'S 42')).toMatchObject({ openBarrier: true })
  })

  test('a vehicle that was let through meanwhile gets no second one when Postgres is back', async () => {
    const site = await park.site()
    await losePostgres()
    const during = await park.read(site.exit, 'R 5')
    failing.proxy.set({ kind: 'fine' })
    // Not awaited: the read itself must see to it that what happened before is known.
    expect(await park.read(site.exit, 'R 5')).toMatchObject({ decisionId: during.decisionId, openBarrier: false })
  })
})

describe('while Postgres is away, a gate controller', () => {
  test('that listens hears the open, and what it reports is kept: the result, and the passage', async () => {
    const site = await park.site()
    const commands = await followEvents(`${base}/v1/gates/${site.exit.gateId}/commands`, site.exit.key)
    await losePostgres()
    const answer = await park.read(site.exit, 'C 1')
    const event = JSON.parse((await commands.next()).data)
    expect(event).toMatchObject({ id: answer.commandId, action: 'open', reason: 'fallback_open', ttlMs: 10_000 })
    const result = await park.post(`/v1/gates/${site.exit.gateId}/commands/${answer.commandId}/result`, site.exit.key, {
      outcome: 'executed',
    })
    expect(result.statusCode).toBe(200)
    await park.passage(site.exit, 'passed')
    await commands.close()
    await postgresIsBack()
    expect(await park.row('select outcome, streamed from commands where id = $1', [answer.commandId])).toEqual({
      outcome: 'executed',
      streamed: true,
    })
    expect(await park.row('select kind, decision_id from passages where gate_id = $1', [site.exit.gateId])).toEqual({
      kind: 'passed',
      decision_id: answer.decisionId,
    })
  })

  test('that connects then is known by its key, hears what is still live, and a wrong key is refused', async () => {
    const site = await park.site()
    await losePostgres()
    const answer = await park.read(site.exit, 'C 2')
    const commands = await followEvents(`${base}/v1/gates/${site.exit.gateId}/commands`, site.exit.key)
    expect((await commands.next()).id).toBe(answer.commandId)
    await commands.close()
    const wrong = await park.post(`/v1/gates/${site.exit.gateId}/passages`, 'x'.repeat(43), {})
    expect(wrong.statusCode).toBe(401)
  })

  test('of a gate that the camera’s reply opens hears nothing: the reply says so', async () => {
    const site = await park.site()
    const lane = await park.lane(site.id, 'exit', { actuation: 'reply' })
    await losePostgres()
    const answer = await park.read(lane, 'C 3')
    expect(answer).toMatchObject({ openBarrier: true })
    await postgresIsBack()
    expect(await park.row('select streamed from commands where id = $1', [answer.commandId])).toEqual({
      streamed: false,
    })
  })
})

describe('what was decided without Postgres', () => {
  test('is made again from what was stored with it, by the same policy, also where its stay was settled later', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['RP 1234'])
    await park.read(site.entry, 'RP 9999')
    await park.passage(site.entry, 'passed')
    park.wait(45)
    await losePostgres()
    const answers = [
      await park.read(site.exit, 'RP 9999'),
      await park.read(site.entry, 'RP 1234'),
      await park.read(site.entry, 'RP 5678'),
      await park.read(site.exit, 'RP 7777', { capturedAt: new Date(park.clock.now.getTime() - 60_000) }),
    ]
    await postgresIsBack()
    const reasons = ['fallback_open', 'fallback_allow_list', 'fallback_closed', 'read_too_old']
    expect(answers.map(({ reason }) => reason)).toEqual(reasons)
    for (const { decisionId, reason } of answers)
      expect((await replayDecision(park, decisionId))?.again?.differences, reason).toEqual([])
  })

  test('ends the stay that a vehicle had already as a missed exit, with nothing charged', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['B 1'])
    const { sessionId } = await park.read(site.entry, 'B 1')
    await park.passage(site.entry, 'passed')
    park.wait(60)
    await losePostgres()
    await park.read(site.entry, 'B 1')
    await postgresIsBack()
    expect(await park.row('select state, needs_review from sessions where id = $1', [sessionId])).toEqual({
      state: 'missed_exit',
      needs_review: true,
    })
    expect(await park.count(`sessions where site_id = $1 and state = 'open'`, [site.id])).toBe(1)
    expect(await park.count('site_slots where site_id = $1 and session_id is not null', [site.id])).toBe(1)
  })

  test('and is known late does not leave a stay open of a vehicle that has left in the meantime', async () => {
    const site = await park.site()
    const lane = await park.lane(site.id, 'entry', { onDbDown: 'open' })
    await losePostgres()
    await park.read(lane, 'B 2')
    const kept = await entriesIn(park.journalFolder)
    await postgresIsBack()
    // As if this process had been cut off for longer than the exit's: nothing of it is in Postgres yet.
    for (const table of ['alerts', 'commands', 'mirror_marks', 'read_keys', 'reads'])
      await park.testDatabase.pool.query(`delete from ${table}`)
    await park.testDatabase.pool.query(
      'update gate_passes set session_id = null, decision_id = null, decided_at = null where gate_id = $1',
      [lane.gateId],
    )
    await park.testDatabase.pool.query('update site_slots set session_id = null where site_id = $1', [site.id])
    await park.testDatabase.pool.query('delete from sessions where site_id = $1', [site.id])
    await park.testDatabase.pool.query('delete from decisions where site_id = $1', [site.id])
    park.wait(30)
    expect(await park.read(site.exit, 'B 2')).toMatchObject({ reason: 'exit_without_session' })
    await leaveEntries(park.journalFolder, kept)
    await park.broughtIn()
    expect(await park.row('select state, needs_review from sessions where site_id = $1', [site.id])).toEqual({
      state: 'closed',
      needs_review: true,
    })
  })

  test('is brought in by another process when its own has died, and twice is once', async () => {
    const site = await park.site()
    await losePostgres()
    const answer = await park.read(site.exit, 'B 3')
    const kept = await entriesIn(park.journalFolder)
    await postgresIsBack()
    // Died after the commit and before the file was removed; and another device's file beside it.
    await leaveEntries(park.journalFolder, kept)
    const other = structuredClone(kept[0]!)
    if (other.record.kind !== 'decision') throw new Error(`a ${other.record.kind}`)
    other.deviceId = randomUUID()
    other.sequence = 1
    other.record.read = { ...other.record.read, id: randomUUID(), eventId: randomUUID(), plateRaw: 'B 4' }
    other.record.decision.id = randomUUID()
    other.record.command!.id = randomUUID()
    await leaveEntries(park.journalFolder, [other])
    await park.broughtIn()
    expect(await park.count('decisions where id = any($1)', [[answer.decisionId, other.record.decision.id]])).toBe(2)
    expect(await park.count('decisions where site_id = $1', [site.id])).toBe(2)
    expect(await park.count('journal_entries where device_id = $1', [other.deviceId])).toBe(1)
  })

  test('and was lost on the way shows as a gap; a file that nobody can read is counted and holds nothing up', async () => {
    const site = await park.site()
    const metric = async (name: string) =>
      Number(new RegExp(`^${name} (.+)$`, 'm').exec((await park.app.inject('/metrics')).body)?.[1])
    const missing = await metric('turnpike_journal_missing')
    await park.database.pool.query(
      `insert into journal_entries (device_id, sequence, kind, gate_id, brought_in_at) values ($1, 4, 'decision', $2, now())`,
      [randomUUID(), site.exit.gateId],
    )
    // Figures are collected once a second at most.
    await expect.poll(() => metric('turnpike_journal_missing'), { timeout: 5_000 }).toBe(missing + 3)

    const damaged = join(park.journalFolder, `${randomUUID()}-000001.jsonl`)
    await writeFile(damaged, '{"version":1,')
    await losePostgres()
    const { decisionId } = await park.read(site.exit, 'B 5')
    failing.proxy.set({ kind: 'fine' })
    await expect.poll(() => park.count('decisions where id = $1', [decisionId])).toBe(1)
    await expect.poll(() => metric('turnpike_journal_damaged'), { timeout: 5_000 }).toBe(1)
    await rm(damaged)
  })
})

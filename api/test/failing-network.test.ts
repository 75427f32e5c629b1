import { randomUUID } from 'node:crypto'
import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { CarPark, Lane } from './car-park.ts'
import { type FailingPark, openFailingPark } from './failing-park.ts'

let failing: FailingPark
let park: CarPark
beforeAll(async () => {
  failing = await openFailingPark()
  park = failing.park
})
afterEach(async () => {
  failing.proxy.set({ kind: 'fine' })
  await park.broughtIn()
})
afterAll(() => failing.close())

/** The answer leaves by the deadline; what hangs takes seconds. Between them is what other tests on the same cores may cost. */
const toleranceMs = 1_000

async function timed(read: Promise<TurnpikeAnswer>) {
  const began = performance.now()
  const answer = await read
  return { answer, tookMs: performance.now() - began }
}

/** Keeps the write of the next decision at this gate waiting until it is let go. */
async function holdPass(lane: Lane, at: CarPark = park) {
  const client = await at.database.pool.connect()
  await client.query('begin')
  await client.query('select from gate_passes where gate_id = $1 for update', [lane.gateId])
  return {
    /** Resolves once so many statements of the app wait, for it or for one that does. */
    waitedFor: (statements = 1) =>
      expect
        .poll(
          async () => {
            const { rows } = await at.database.pool.query(
              `select count(*)::int as n from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' and application_name = 'turnpike-test-gates'`,
            )
            return rows[0].n
          },
          { interval: 5 },
        )
        .toBeGreaterThanOrEqual(statements),
    async letGo() {
      await client.query('rollback')
      client.release()
    },
  }
}

describe('with Postgres far away', () => {
  test.each([
    [25, 'normal'],
    [70, 'normal'],
    [200, 'fallback'],
    [1_000, 'fallback'],
  ])('%i ms each way, a read is decided in time: %s', async (delayMs, mode) => {
    const site = await park.site()
    await park.lanes.refresh()
    failing.proxy.set({ kind: 'fine', delayMs })
    const { answer, tookMs } = await timed(park.read(site.exit, `D ${delayMs}`))
    expect(answer).toMatchObject({ outcome: 'ALLOW', mode, openBarrier: true })
    expect(tookMs).toBeLessThan(failing.deadlineMs + toleranceMs)
    failing.proxy.set({ kind: 'fine' })
    await park.broughtIn()
    expect(await park.count('decisions where site_id = $1', [site.id])).toBe(1)
    expect(await park.row('select decision_id from read_keys where camera_id = $1', [site.exit.camera.id])).toEqual({
      decision_id: answer.decisionId,
    })
  })
})

describe('with a network', () => {
  test.each(['cut', 'silent', 'mute'] as const)(
    'that is %s, a read is answered by the deadline, and normally once it works again',
    async (kind) => {
      const site = await park.site()
      await park.lanes.refresh()
      await park.read(site.exit, 'N 0')
      await park.passage(site.exit, 'passed')
      failing.proxy.set({ kind })
      for (let car = 1; car <= 3; car += 1) {
        const { answer, tookMs } = await timed(park.read(site.exit, `N ${car}`))
        expect(answer).toMatchObject({ outcome: 'ALLOW', mode: 'fallback' })
        expect(tookMs).toBeLessThan(failing.deadlineMs + toleranceMs)
        await park.passage(site.exit, 'passed')
      }
      failing.proxy.set({ kind: 'fine' })
      failing.proxy.reset()
      await park.broughtIn()
      await expect.poll(async () => (await park.read(site.exit, `N ${randomUUID().slice(0, 8)}`)).mode).toBe('normal')
      expect(await park.count(`decisions where site_id = $1 and mode = 'fallback'`, [site.id])).toBe(3)
    },
  )

  test('that breaks after a commit whose answer was lost: the decision is found again by its key, and opens once', async () => {
    const site = await park.site()
    await park.lanes.refresh()
    const pass = await holdPass(site.entry)
    const reading = park.read(site.entry, 'L 1')
    await pass.waitedFor()
    failing.proxy.set({ kind: 'mute' })
    await pass.letGo()
    await expect.poll(() => park.count('decisions where site_id = $1', [site.id]), { interval: 5 }).toBe(1)
    failing.proxy.set({ kind: 'fine' })
    failing.proxy.reset()
    expect(await reading).toMatchObject({ outcome: 'ALLOW', mode: 'normal', openBarrier: true, duplicate: false })
    expect(await park.count('decisions where site_id = $1', [site.id])).toBe(1)
    expect(await park.count('commands where site_id = $1', [site.id])).toBe(1)
  })

  test('that goes silent after a commit: what was answered counts, with one stay and one command', async () => {
    const site = await park.site()
    const lane = await park.lane(site.id, 'entry', { onSlow: 'open' })
    await park.lanes.refresh()
    const pass = await holdPass(lane)
    const eventId = randomUUID()
    const reading = park.read(lane, 'L 2', { eventId })
    await pass.waitedFor()
    failing.proxy.set({ kind: 'mute' })
    await pass.letGo()
    const answer = await reading
    expect(answer).toMatchObject({ outcome: 'ALLOW', reason: 'fallback_open', mode: 'fallback', openBarrier: true })
    failing.proxy.set({ kind: 'fine' })
    failing.proxy.reset()
    await park.broughtIn()
    expect(await park.read(lane, 'L 2', { eventId })).toMatchObject({ decisionId: answer.decisionId, duplicate: true })
    expect(await park.count('commands where site_id = $1', [site.id])).toBe(1)
    expect(await park.count('sessions where site_id = $1', [site.id])).toBe(1)
    expect(await park.count('site_slots where site_id = $1 and session_id is not null', [site.id])).toBe(1)
    expect(await park.count(`audit_entries where action = 'decision.superseded' and site_id = $1`, [site.id])).toBe(1)
  })

  test('that goes silent after a commit, where the camera then hears a refusal: nothing of the stay is left', async () => {
    const site = await park.site()
    const lane = await park.lane(site.id, 'entry', { onSlow: 'closed', actuation: 'reply' })
    await park.lanes.refresh()
    const pass = await holdPass(lane)
    const reading = park.read(lane, 'L 3')
    await pass.waitedFor()
    failing.proxy.set({ kind: 'mute' })
    await pass.letGo()
    expect(await reading).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed', openBarrier: false })
    failing.proxy.set({ kind: 'fine' })
    failing.proxy.reset()
    await park.broughtIn()
    expect(await park.row('select state from sessions where site_id = $1', [site.id])).toEqual({ state: 'void' })
    expect(await park.count('site_slots where site_id = $1 and session_id is not null', [site.id])).toBe(0)
  })
})

test('a network that is reset in the middle of a write, which Postgres then commits: the next try finds the decision by its key, and it opens once', async () => {
  const patient = await openFailingPark({ decisionDeadlineMs: 4_000, gatesWaitMs: 10_000 })
  try {
    const { park: other, proxy } = patient
    const site = await other.site()
    await other.lanes.refresh()
    const pass = await holdPass(site.entry, other)
    const reading = other.read(site.entry, 'L 5')
    await pass.waitedFor()
    proxy.reset()
    // Postgres has not heard of it: the write goes on to wait, and that of the next try behind it.
    await pass.waitedFor(2)
    await pass.letGo()
    expect(await reading).toMatchObject({ outcome: 'ALLOW', mode: 'normal', openBarrier: true, duplicate: false })
    for (const table of ['decisions', 'commands', 'sessions'])
      expect(await other.count(`${table} where site_id = $1`, [site.id]), table).toBe(1)
  } finally {
    await patient.close()
  }
})

test('a commit whose answer comes too late is not what the process remembers: the camera heard something else', async () => {
  const patient = await openFailingPark({ decisionDeadlineMs: 1_500, gatesWaitMs: 10_000 })
  try {
    const { park: other, proxy } = patient
    const site = await other.site()
    const lane = await other.lane(site.id, 'entry', { onSlow: 'closed', onDbDown: 'closed' })
    await other.lanes.refresh()
    const pass = await holdPass(lane, other)
    const reading = other.read(lane, 'L 4')
    await pass.waitedFor()
    proxy.set({ kind: 'fine', delayMs: 1_600 })
    await pass.letGo()
    const answer = await reading
    expect(answer).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed' })
    await expect.poll(() => other.count('decisions where site_id = $1', [site.id])).toBeGreaterThan(0)
    // Takes the same way as the answer of that commit, and longer.
    await other.app.inject('/readyz')
    proxy.set({ kind: 'cut' })
    expect(await other.read(lane, 'L 4')).toMatchObject({ outcome: 'DENY', decisionId: answer.decisionId })
  } finally {
    await patient.close()
  }
})

test('a write that comes too late writes nothing: the policy for `slow` has answered', async () => {
  const site = await park.site()
  await park.lanes.refresh()
  const counts = () =>
    park.row(`select (select count(*) from reads) as reads, (select count(*) from read_keys) as keys,
    (select count(*) from plates) as plates, (select count(*) from decisions) as decisions, (select count(*) from sessions) as sessions,
    (select count(*) from commands) as commands, (select count(*) from audit_entries) as audit, (select count(*) from mirror_marks) as marks`)
  const before = await counts()
  const pass = await holdPass(site.entry)
  const { answer, tookMs } = await timed(park.read(site.entry, 'T 1'))
  expect(answer).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed', mode: 'fallback' })
  expect(tookMs).toBeLessThan(failing.deadlineMs + toleranceMs)
  expect(await counts()).toEqual(before)
  await pass.letGo()
  await park.broughtIn()
  expect(await park.count('decisions where site_id = $1', [site.id])).toBe(1)
})

test('whatever the network does, no answer is lost: each is stored as it was given, and no vehicle has two stays', async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  const networks = ['fine', 'fine', 'far', 'cut', 'silent', 'mute', 'reset'] as const
  const step = fc.record({
    network: fc.constantFrom(...networks),
    cars: fc.array(fc.record({ lane: fc.nat(3), car: fc.nat(11), repeats: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    }),
  })
  const plan = fc.sample(fc.array(step, { minLength: 24, maxLength: 24 }), { seed, numRuns: 1 })[0]!

  const site = await park.site({ capacity: 100 })
  const lanes = [
    site.entry,
    site.exit,
    await park.lane(site.id, 'entry', { onDbDown: 'open', onSlow: 'open' }),
    await park.lane(site.id, 'exit'),
  ]
  await park.lanes.refresh()
  const answers: { lane: Lane; eventId: string; answer: TurnpikeAnswer; tookMs: number }[] = []
  for (const { network, cars } of plan) {
    if (network === 'reset') failing.proxy.reset()
    else failing.proxy.set(network === 'far' ? { kind: 'fine', delayMs: 60 } : { kind: network })
    const given = await Promise.all(
      cars.map(async ({ lane: at, car, repeats }) => {
        const lane = lanes[at]!
        const before = answers.findLast((earlier) => earlier.lane === lane)
        const eventId = repeats && before !== undefined ? before.eventId : randomUUID()
        const plate = repeats && before !== undefined ? 'X 999' : `S ${car}`
        return { lane, eventId, ...(await timed(park.read(lane, plate, { eventId }))) }
      }),
    )
    answers.push(...given)
    park.wait(0.5)
  }
  failing.proxy.set({ kind: 'fine' })
  failing.proxy.reset()
  await park.broughtIn()

  const slowest = Math.max(...answers.map(({ tookMs }) => tookMs))
  expect(slowest, `SEED=${seed}`).toBeLessThan(failing.deadlineMs + toleranceMs)
  const { rows } = await park.database.pool.query(
    'select id, outcome, reason, mode from decisions where site_id = $1',
    [site.id],
  )
  const stored = new Map(rows.map((row) => [row.id, row]))
  for (const { answer } of answers)
    expect(stored.get(answer.decisionId), `SEED=${seed}`).toMatchObject({
      outcome: answer.outcome,
      reason: answer.reason,
      mode: answer.mode,
    })
  // The same event always got the same decision.
  for (const { lane, eventId } of answers) {
    const others = answers.filter((other) => other.lane === lane && other.eventId === eventId)
    expect(new Set(others.map((other) => other.answer.decisionId)).size, `SEED=${seed}`).toBe(1)
  }
  const twice = await park.database.pool.query(
    `select plate_id from sessions where site_id = $1 and state = 'open' group by plate_id having count(*) > 1`,
    [site.id],
  )
  expect(twice.rows).toEqual([])
  const wrongPlaces = await park.count(
    `site_slots x join sessions s on s.id = x.session_id where x.site_id = $1 and s.state <> 'open'`,
    [site.id],
  )
  expect(wrongPlaces).toBe(0)
})

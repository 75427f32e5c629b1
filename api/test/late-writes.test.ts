import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mostAtWork } from '../src/services/answer-read.ts'
import { type CarPark, type Lane, openCarPark, type Site } from './car-park.ts'

const deadlineMs = 300
let park: CarPark
beforeAll(async () => {
  // Postgres gives a statement all the time it takes: else it would be given up before it could be late.
  park = await openCarPark({ decisionDeadlineMs: deadlineMs, gatesWaitMs: 10_000 })
})
afterAll(() => park.close())

/*
 * The gate's policy has answered by then, and that is brought in. Whatever else a camera moves has an audit entry of its own in the
 * same statement.
 */
describe('a write that waits for a row until its deadline is over leaves no trace', () => {
  const pass = 'select from gate_passes where gate_id in (select id from gates where site_id = $1) for update'
  const stay = 'select from sessions where site_id = $1 for update'
  const place = 'select from site_slots where site_id = $1 for update'
  const poolPlace =
    'select from subscription_slots where subscription_id in (select subscription_id from subscription_sites where site_id = $1) for update'
  const alert = `insert into alerts (id, site_id, kind, subject_kind, subject_id, raised_at)
    select gen_random_uuid(), site_id, 'session_needs_review', 'session', id, now() from sessions where site_id = $1`

  const quote = 'select from quotes where site_id = $1 for no key update'

  test.each<[string, string, (site: Site, plate: string) => Promise<Lane>]>([
    ['the pass of its gate, at an entry', pass, async (site) => site.entry],
    ['the pass of its gate, for one more read of the car that stands there', pass, standing],
    ['the stay that ends', stay, inside],
    ['the place of the stay that ends', place, inside],
    ['the place in the pool of the stay that ends', poolPlace, inside],
    ['an alert that somebody else raises', alert, insideForLong],
    ['the quote that stands, and is not to be charged by itself any more', quote, quotedAndSeenElsewhere],
  ])('%s', async (_what, lock, prepare) => {
    const site = await park.site({ plausibleAmountMinor: 500 })
    const plate = `LW ${site.id.slice(0, 8)}`
    await park.subscription(site.id, [plate])
    const lane = await prepare(site, plate)
    await park.lanes.refresh()
    const before = await movedByCameras(site)
    expect((await readWhileLocked(lock, site, lane, plate)).statusCode).toBe(200)
    await park.broughtIn()
    expect(await movedByCameras(site)).toEqual(before)
    expect(await park.count(`audit_entries where site_id = $1 and action = 'decision.superseded'`, [site.id])).toBe(0)
  })
})

test('reads that wait for rows which somebody holds keep no other gate waiting', async () => {
  const [held, free] = [await park.site(), await park.site()]
  await park.lanes.refresh()
  await whileLocked(
    'select from gate_passes where gate_id in (select id from gates where site_id = $1) for update',
    held,
    async () => {
      const waiting = Array.from({ length: mostAtWork }, (_, n) => sendRead(held.entry, `HELD ${n}`))
      await untilWaiting(mostAtWork)
      expect(await park.read(free.entry, 'FREE 1')).toMatchObject({ outcome: 'ALLOW', mode: 'normal' })
      return waiting
    },
  )
})

async function standing(site: Site, plate: string): Promise<Lane> {
  const { commandId } = await park.read(site.entry, plate)
  await park.post(`/v1/gates/${site.entry.gateId}/commands/${commandId}/result`, site.entry.key, { outcome: 'failed' })
  return site.entry
}

async function inside(site: Site, plate: string): Promise<Lane> {
  await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(5)
  return site.exit
}

/** Longer than is plausible, and not covered any more. */
async function insideForLong(site: Site, plate: string): Promise<Lane> {
  await insideAndNotCovered(site, plate)
  park.wait(10 * 60)
  return site.exit
}

async function quotedAndSeenElsewhere(site: Site, plate: string): Promise<Lane> {
  await insideAndNotCovered(site, plate)
  park.wait(45)
  expect((await park.post('/v1/quotes', undefined, { siteId: site.id, plate })).json().quote).not.toBeNull()
  await park.read((await park.site()).entry, plate)
  return site.exit
}

async function insideAndNotCovered(site: Site, plate: string) {
  await inside(site, plate)
  await park.database.pool.query(
    'update subscriptions set valid_until = $2 where id in (select subscription_id from subscription_sites where site_id = $1)',
    [site.id, park.clock.now],
  )
}

/** Lets a car be read while its site's rows are locked, and lets go once the write must have come too late. */
async function readWhileLocked(lock: string, site: Site, lane: Lane, plate: string) {
  const [answered] = await whileLocked(lock, site, async () => {
    const answer = sendRead(lane, plate)
    await untilWaiting(1)
    await setTimeout(deadlineMs + 50)
    return [answer]
  })
  return answered!
}

function sendRead(lane: Lane, plate: string) {
  const event = { eventId: `late ${plate}`, plate, capturedAt: park.clock.now.toISOString() }
  return park.post(`/v1/cameras/${lane.camera.id}/events`, lane.camera.key, event)
}

/** Runs `work` while rows of a site are locked; resolves with what the reads are answered that it began, once none waits any more. */
async function whileLocked(lock: string, site: Site, work: () => Promise<ReturnType<typeof sendRead>[]>) {
  const holder = await park.testDatabase.pool.connect()
  try {
    await holder.query('begin')
    expect((await holder.query(lock, [site.id])).rowCount).toBeGreaterThan(0)
    const answers = await work()
    await holder.query('rollback')
    const answered = await Promise.all(answers)
    await untilWaiting(0)
    return answered
  } finally {
    holder.release()
  }
}

async function untilWaiting(statements: number) {
  const waiting = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  while ((await park.count(waiting)) !== statements) await setTimeout(5)
}

async function movedByCameras(site: Site) {
  const { rows } = await park.database.pool.query(
    `select action, subject_id from audit_entries where site_id = $1 and actor_kind = 'camera' order by id`,
    [site.id],
  )
  return rows
}

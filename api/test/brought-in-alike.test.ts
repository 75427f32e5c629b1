import { randomUUID } from 'node:crypto'
import type { JournalRecord } from '@turnpike/contracts/journal.ts'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringInAtOnce } from '../src/services/fallback/bring-in-at-once.ts'
import { bringInDecision } from '../src/services/fallback/bring-in-decision.ts'
import type { CarPark, Lane, Site } from './car-park.ts'
import { type FailingPark, openFailingPark } from './failing-park.ts'
import { entriesIn } from './journal-folder.ts'

/* A record is brought in in two round trips where nothing is out of the ordinary, and else step by step: both write the same. */

type Decision = Extract<JournalRecord, { kind: 'decision' }>

let failing: FailingPark
let park: CarPark
let made: { entry: Decision; exit: Decision }
beforeAll(async () => {
  failing = await openFailingPark()
  park = failing.park
  await park.app.ready()
  const site = await park.site()
  await park.lanes.refresh()
  failing.proxy.set({ kind: 'cut' })
  for (const lane of [site.entry, site.exit]) await park.read(lane, 'MADE 1')
  const [entry, exit] = (await entriesIn(park.journalFolder)).map(({ record }) => record as Decision)
  made = { entry: entry!, exit: exit! }
  failing.proxy.set({ kind: 'fine' })
  await park.broughtIn()
})
afterAll(() => failing.close())

const needs = () => ({ database: park.database, now: () => new Date(park.clock.now), newId })

function recordAt(site: Site, lane: Lane, template: Decision, plateRaw: string, outcome: 'ALLOW' | 'DENY'): Decision {
  const at = park.clock.now.toISOString()
  return {
    ...structuredClone(template),
    siteId: site.id,
    gateId: lane.gateId,
    at,
    read: {
      ...template.read,
      id: newId(),
      cameraId: lane.camera.id,
      eventId: randomUUID(),
      trackId: 'a track',
      plateRaw,
      capturedAt: at,
      receivedAt: at,
    },
    decision: { ...template.decision, id: newId(), outcome },
    command:
      outcome === 'ALLOW'
        ? { id: newId(), expiresAt: new Date(park.clock.now.getTime() + 30_000).toISOString() }
        : null,
  }
}

/** All that is in Postgres of a site, with each id as the order in which it came up. */
async function writtenAt(siteId: string) {
  const names = new Map<string, string>()
  const named = (value: unknown): unknown => {
    if (typeof value !== 'string' || !/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value)) return value
    if (!names.has(value)) names.set(value, `id ${names.size + 1}`)
    return names.get(value)
  }
  const rows = async (sql: string) =>
    (await park.database.pool.query(sql, [siteId])).rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([column, value]) => [column, named(value)])),
    )
  const ofSite = "in (select id::text from decisions where site_id = $1 and mode = 'fallback')"
  return {
    decisions: await rows(
      `select d.id, outcome, reason, mode, session_id, command_id, matched_plate_id, quote_id, rules_version, facts::text, d.created_at, p.plate
       from decisions d join plates p on p.id = d.plate_id where d.site_id = $1 and mode = 'fallback'`,
    ),
    reads: await rows(
      `select r.decision_id, r.disposition, track_id, confidence, captured_at, r.received_at, retransmitted, k.decision_id as repeats_get, k.command_id, p.raw
       from reads r join read_keys k on k.read_id = r.id join plates p on p.id = r.raw_plate_id where r.site_id = $1 order by r.id`,
    ),
    sessions: await rows(
      `select id, state, subscription_id is not null as covered, entry_decision_id, exit_decision_id, opened_at, closed_at, needs_review from sessions where site_id = $1 order by opened_at, id`,
    ),
    places: await rows(
      'select session_id from site_slots where site_id = $1 and session_id is not null order by session_id',
    ),
    poolPlaces: await rows(
      `select x.session_id from subscription_slots x join subscription_sites s using (subscription_id) where s.site_id = $1 and x.session_id is not null order by x.session_id`,
    ),
    commands: await rows(
      `select id, action, reason, streamed, decision_id, issued_at, expires_at from commands where site_id = $1 order by issued_at, id`,
    ),
    passes: await rows(
      `select decision_id, track_id, outcome, session_id, quote_id, command_id, confidence, pending, first_read_at, decided_at, passage_at
       from gate_passes p join gates g on g.id = p.gate_id where g.site_id = $1 order by g.direction`,
    ),
    alerts: await rows('select kind, subject_kind, subject_id, state from alerts where site_id = $1 order by kind'),
    audit: await rows(
      `select at, actor_kind, actor_id, action, subject_kind, subject_id, after->>'sessionId' as session_id, (after - 'sessionId')::text as after, request_id from audit_entries
       where site_id = $1 and subject_id ${ofSite} order by id`,
    ),
    marks: await rows(
      `select distinct m.kind from mirror_marks m where m.subject_id::text ${ofSite} or m.subject_id = $1
         or m.subject_id in (select id from sessions where site_id = $1) or m.subject_id in (select id from gates where site_id = $1)
         or m.subject_id in (select id from alerts where site_id = $1) order by m.kind`,
    ),
  }
}

type Case = {
  direction: 'entry' | 'exit'
  outcome?: 'DENY'
  capacity?: number
  before?: (site: Site, plate: string) => Promise<void>
}

async function camePaid(site: Site, plate: string, pays: boolean) {
  await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(45)
  const { quote } = await park.read(site.exit, plate)
  if (pays) await park.pay(quote!.id, quote!.amountMinor)
  await park.passage(site.exit, 'turned_back')
}

test.each<[string, Case]>([
  ['a stranger who was let in', { direction: 'entry' }],
  ['a stranger who was let in where no place was free', { direction: 'entry', capacity: 0 }],
  ['a car that was refused', { direction: 'entry', outcome: 'DENY' }],
  [
    'a subscriber who was let in',
    { direction: 'entry', before: async (site, plate) => void (await park.subscription(site.id, [plate])) },
  ],
  [
    'a subscriber who was let in while the other vehicle of the pool was inside',
    {
      direction: 'entry',
      async before(site, plate) {
        await park.subscription(site.id, [plate, 'OTHER 1'])
        await park.read(site.entry, 'OTHER 1')
        await park.passage(site.entry, 'passed')
      },
    },
  ],
  ['a car that was let out and owed', { direction: 'exit', before: (site, plate) => camePaid(site, plate, false) }],
  ['a car that was let out and had paid', { direction: 'exit', before: (site, plate) => camePaid(site, plate, true) }],
  [
    'a subscriber who was let out',
    {
      direction: 'exit',
      async before(site, plate) {
        await park.subscription(site.id, [plate])
        await park.read(site.entry, plate)
        await park.passage(site.entry, 'passed')
      },
    },
  ],
  ['a car that was let out and had never come in', { direction: 'exit' }],
])('%s is the same in Postgres, whichever way it is brought in', async (_, { direction, outcome, ...rest }) => {
  const began = park.clock.now
  const bringIn = async (how: (record: Decision) => Promise<unknown>) => {
    park.clock.now = began
    const site = await park.site(rest.capacity === undefined ? {} : { capacity: rest.capacity })
    const plate = 'TW 1 NS'
    await rest.before?.(site, plate)
    park.wait(1)
    const record = recordAt(site, site[direction], made[direction], plate, outcome ?? 'ALLOW')
    park.wait(1)
    expect(await how(record)).not.toBe(false)
    return writtenAt(site.id)
  }
  const entry = () => ({ version: 1 as const, deviceId: randomUUID(), sequence: 1 })
  const atOnce = await bringIn((record) => bringInAtOnce(needs(), entry(), record))
  const stepByStep = await bringIn((record) => bringInDecision(needs(), record))
  expect(atOnce).toEqual(stepByStep)
})

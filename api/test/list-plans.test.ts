import { drizzle } from 'drizzle-orm/node-postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from '../src/db/client.ts'
import * as schema from '../src/db/schema.ts'
import { listAlerts } from '../src/repositories/alerts.ts'
import { listAudit, listAuditOfSubject } from '../src/repositories/audit.ts'
import { listBilledStays } from '../src/repositories/bills.ts'
import { listCommandsOfSession } from '../src/repositories/commands.ts'
import { listDecisions, listDecisionsOfSession, listReads, listReadsOfSession } from '../src/repositories/decisions.ts'
import { lockSpellings } from '../src/repositories/erasure.ts'
import { listPassagesOfSession } from '../src/repositories/passages.ts'
import { listPayments, listPaymentsOfSession } from '../src/repositories/payments.ts'
import { findVehicle, listVehiclesMuchLike, listVehiclesWith } from '../src/repositories/plates.ts'
import { listQuotesOfSession } from '../src/repositories/quotes.ts'
import { countEvents, countMoney, countOpenStays } from '../src/repositories/reports.ts'
import { hasEndedWith, listSessions } from '../src/repositories/sessions.ts'
import { listSubscriptions } from '../src/repositories/subscriptions.ts'
import { listEndedStaysToReview } from '../src/repositories/uncollected.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

let testDatabase: TestDatabase
let siteIds: string[]
let plateIds: string[]
let stayIds: string[]
let stayId: string
/** What was sent to Postgres last. */
let sent: { query: string; params: unknown[] }
let db: Db

const end = Date.parse('2026-03-10T00:00:00Z')
const [from, to] = [new Date(end - 86_400_000), new Date(end)]
const page = { cursor: undefined, limit: 50 }

/** A year at five sites, so that reading all of anything costs more than an index. */
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  const { pool } = testDatabase
  await pool.query(`
    create temp table days as select n, timestamptz '2026-03-10' - n * interval '30 minutes' as at from generate_series(1, 17520) n;
    insert into sites (id, name, time_zone, currency, capacity)
      select gen_random_uuid(), 'S' || n, 'Europe/Berlin', 'EUR', 100 from generate_series(1, 5) n;
    insert into tariffs (id, site_id, revision, rules, valid_from) select gen_random_uuid(), id, 1, '{}', '2025-01-01' from sites;
    insert into gates (id, site_id, name, direction, on_api_down, on_db_down, on_slow, on_camera_unsure, controller_key_hashes)
      select gen_random_uuid(), s.id, d, d::gate_direction, 'open', 'open', 'open', 'open', array[s.id || d]
      from sites s, unnest(array['entry', 'exit']) d;
    insert into cameras (id, gate_id, name, format, key_hashes) select gen_random_uuid(), id, 'c', 'turnpike', array['k'] from gates;
    insert into plates (id, raw, plate, skeleton)
      select gen_random_uuid(), 'B' || n, 'B' || n, '8' || n from generate_series(10000, 25000) n;
    create temp table car as select d.n, d.at, g.id as gate_id, g.site_id, c.id as camera_id, p.id as plate_id
      from days d join (select *, row_number() over () - 1 as k from gates) g on g.k = d.n % 10 join cameras c on c.gate_id = g.id
      join (select id, row_number() over () as k from plates where raw = plate) p on p.k = d.n % 15000 + 1;
    insert into decisions (id, site_id, gate_id, camera_id, read_id, plate_id, outcome, reason, mode, facts, rules_version, created_at)
      select gen_random_uuid(), site_id, gate_id, camera_id, gen_random_uuid(), plate_id, 'ALLOW', 'paid', 'normal', '{}', 1, at from car;
    insert into reads (id, site_id, gate_id, camera_id, event_id, raw_plate_id, plate_id, captured_at, received_at, disposition)
      select gen_random_uuid(), site_id, gate_id, camera_id, n::text, plate_id, plate_id, at, at, 'decided' from car;
    insert into sessions (id, site_id, plate_id, state, needs_review, opened_at, closed_at)
      select gen_random_uuid(), site_id, plate_id, 'closed', n % 100 = 0, at - interval '1 hour', at from car;
    insert into payments (id, site_id, provider, fact_id, amount_minor, currency, captured_at)
      select gen_random_uuid(), site_id, 'stripe', n::text, 100, 'EUR', at from car;
    insert into refunds (id, provider, fact_id, payment_fact_id, payment_id, amount_minor, currency, occurred_at, state)
      select gen_random_uuid(), provider, fact_id, fact_id, id, amount_minor, currency, captured_at, 'succeeded' from payments;
    insert into passages (id, site_id, gate_id, kind, occurred_at, received_at)
      select gen_random_uuid(), site_id, gate_id, 'passed', at, at from car;
    insert into audit_entries (at, site_id, actor_kind, action, subject_kind, subject_id) select at, site_id, 'camera', 'a', 's', n from car;
    insert into alerts (id, site_id, kind, subject_kind, subject_id, raised_at)
      select gen_random_uuid(), site_id, 'tailgated', 's', gen_random_uuid(), at from car;
    insert into quotes (id, site_id, plate_id, session_id, tariff_id, amount_minor, currency, lines, charged_from, priced_at, expires_at)
      select gen_random_uuid(), s.site_id, s.plate_id, s.id, t.id, 100, 'EUR', '[]', s.opened_at, s.closed_at, s.closed_at + interval '15 min'
      from sessions s join tariffs t using (site_id);
    insert into commands (id, site_id, gate_id, action, reason, streamed, issued_at, expires_at)
      select gen_random_uuid(), site_id, gate_id, 'open', 'paid', true, at, at + interval '10 s' from car;
    insert into plans (id, name) values (gen_random_uuid(), 'P');
    insert into subscriptions (id, plan_id, holder, valid_from)
      select gen_random_uuid(), plans.id, md5(n::text), now() from plans, generate_series(1, 8000) n;
    insert into subscription_sites select u.id, s.id from subscriptions u, (select id from sites limit 1) s;
    insert into subscription_vehicles select u.id, p.id from (select id, row_number() over () k from subscriptions) u
      join (select id, row_number() over () k from plates) p using (k)`)
  await pool.query('vacuum analyze')
  siteIds = (await pool.query('select id from sites')).rows.map((row) => row.id)
  plateIds = (await pool.query(`select id from plates where plate like 'B1234%'`)).rows.map((row) => row.id)
  stayIds = (await pool.query('select id from sessions limit 50')).rows.map((row) => row.id)
  stayId = stayIds[0]!
  const logger = {
    logQuery(query: string, params: unknown[]) {
      sent = { query, params }
    },
  }
  db = drizzle(pool, { schema, logger })
})
afterAll(() => testDatabase.drop())

const counted = () => ({ siteId: siteIds[0]!, from, to, starts: [from] })
const ofSites = (count: number) => ({ siteIds: siteIds.slice(0, count), since: from, until: to })
const ofAudit = () => ({ siteIds, andOfNoSite: true })

const plans: [what: string, run: () => Promise<unknown>, indexes: string[]][] = [
  ['decisions', () => listDecisions(db, { siteIds }, page), ['decisions_gate_newest']],
  ['decisions of a time', () => listDecisions(db, { ...ofSites(1), outcome: 'DENY' }, page), ['decisions_gate_newest']],
  ['decisions of vehicles', () => listDecisions(db, { siteIds, plateIds }, page), ['decisions_plate_newest']],
  ['decisions of a stay', () => listDecisions(db, { siteIds, sessionId: siteIds[0] }, page), ['decisions_session']],
  ['reads', () => listReads(db, { siteIds }, page), ['reads_camera_newest']],
  ['sessions', () => listSessions(db, { siteIds }, page), ['sessions_site_newest']],
  ['sessions of a time', () => listSessions(db, ofSites(5), page), ['sessions_site_newest']],
  ['sessions of vehicles', () => listSessions(db, { siteIds, plateIds }, page), ['sessions_plate']],
  ['payments', () => listPayments(db, { siteIds }, page), ['payments_site_newest']],
  ['the audit trail', () => listAudit(db, ofAudit(), page), ['audit_entries_site_newest']],
  [
    'the audit trail of a time',
    () => listAudit(db, { ...ofAudit(), until: from }, page),
    ['audit_entries_site_newest'],
  ],
  ['alerts', () => listAlerts(db, { siteIds }, page), ['alerts_site_newest']],
  ['a vehicle', () => findVehicle(db, 'B12345'), ['plates_plate_raw']],
  ['vehicles by a part', () => listVehiclesWith(db, '1234', 100), ['plates_fragment']],
  ['look-alikes', () => listVehiclesMuchLike(db, likeB12345, 100), ['plates_fragment', 'plates_skeleton']],
  [
    'subscriptions by holder',
    () => listSubscriptions(db, { siteIds, holder: 'abcde', now: to }, page),
    ['subscriptions_holder'],
  ],
  [
    'subscriptions of vehicles',
    () => listSubscriptions(db, { siteIds, plateIds, now: to }, page),
    ['subscription_vehicles_plate'],
  ],
  ['revenue', () => countMoney(db, counted()), ['payments_site_newest', 'refunds_newest']],
  [
    'traffic',
    () => countEvents(db, counted()),
    ['sessions_site_newest', 'sessions_site_ended', 'decisions_gate_newest', 'passages_reported_once'],
  ],
  ['occupancy', () => countOpenStays(db, counted()), ['sessions_site_newest', 'sessions_site_ended']],
  [
    'what was not collected',
    () => listEndedStaysToReview(db, { siteId: siteIds[0]!, from, to }, page),
    ['sessions_to_review'],
  ],
  ['decisions on the timeline of a stay', () => listDecisionsOfSession(db, stayId, 200), ['decisions_session']],
  [
    'reads on the timeline of a stay',
    () => listReadsOfSession(db, stayId, 200),
    ['decisions_session', 'reads_camera_newest'],
  ],
  ['passages on the timeline of a stay', () => listPassagesOfSession(db, stayId, 200), ['passages_session']],
  ['quotes on the timeline of a stay', () => listQuotesOfSession(db, stayId, 200), ['quotes_session']],
  ['payments on the timeline of a stay', () => listPaymentsOfSession(db, stayId), ['payments_session']],
  [
    'commands on the timeline of a stay',
    () => listCommandsOfSession(db, { id: stayId, openedAt: from }, [stayId], 200),
    ['decisions_session', 'commands_pkey'],
  ],
  [
    'audit entries on the timeline of a stay',
    () => listAuditOfSubject(db, 'session', stayId, 200),
    ['audit_entries_subject'],
  ],
  [
    'what bills of stays depend on',
    () => listBilledStays(db, siteIds, stayIds),
    ['sessions_pkey', 'decisions_plate_newest', 'payments_session'],
  ],
  [
    'the stay that ended with an exit',
    () => hasEndedWith(db as never, { siteId: siteIds[0]!, at: from, decisionId: stayId }),
    ['sessions_site_ended'],
  ],
  [
    'misreads of a vehicle that is erased',
    () => lockSpellings(db as never, 'B12345'),
    [
      'decisions_plate_newest',
      'decisions_session',
      'decisions_gate_newest',
      'sessions_plate',
      'plates_skeleton',
      'reads_camera_newest',
    ],
  ],
]
const likeB12345 = { raw: 'B12345', plate: 'B12345', skeleton: '812345' }
const large =
  'decisions|reads|sessions|payments|refunds|audit_entries|alerts|passages|plates|subscriptions|subscription_vehicles|quotes|commands'

test.each(plans)('%s are found through an index, not by reading the table', async (_what, run, indexes) => {
  await run()
  const { rows } = await testDatabase.pool.query(`explain ${sent.query}`, sent.params)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  for (const index of indexes) expect(plan).toMatch(new RegExp(`\\b${index}\\b`))
  expect(plan).not.toMatch(new RegExp(`Seq Scan on (${large})\\b`))
})

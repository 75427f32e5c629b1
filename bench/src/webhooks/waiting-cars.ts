import { randomBytes, randomUUID } from 'node:crypto'
import { hashKey } from '@turnpike/api/domain/device-key.ts'
import { defaultGatePolicies } from '@turnpike/api/domain/fail-policy.ts'
import type { Pool } from '../database.ts'

/** An exit of a site, and the key of its barrier's controller. */
export type Lane = { siteId: string; gateId: string; controllerKey: string }

export async function makeLane(pool: Pool): Promise<Lane> {
  const [siteId, gateId] = [randomUUID(), randomUUID()]
  const controllerKey = randomBytes(32).toString('base64url')
  await pool.query(
    `insert into sites (id, name, time_zone, currency, capacity) values ($1, 'Bench', 'Europe/Berlin', 'EUR', 100)`,
    [siteId],
  )
  const rules = { version: 1, rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 100 }] } }
  await pool.query(
    `insert into tariffs (id, site_id, revision, valid_from, rules) values ($1, $2, 1, '2001-01-01', $3)`,
    [randomUUID(), siteId, JSON.stringify(rules)],
  )
  const policies = Object.entries(defaultGatePolicies('exit'))
  const columns = policies.map(([name]) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
  await pool.query(
    `insert into gates (id, site_id, name, direction, controller_key_hashes${columns.map((name) => `, ${name}`).join('')})
     values ($1, $2, 'exit', 'exit', $3${columns.map((_, i) => `, $${i + 4}`).join('')})`,
    [gateId, siteId, [hashKey(controllerKey)], ...policies.map(([, value]) => value)],
  )
  await pool.query('insert into gate_passes (gate_id) values ($1)', [gateId])
  return { siteId, gateId, controllerKey }
}

/** Open stays that owe 2.00, and their quotes. The newest of them stands at the exit, if wanted. Answers the ids of the quotes. */
export async function makeWaiting(pool: Pool, lane: Lane, count: number, atExit: boolean): Promise<string[]> {
  const { rows } = await pool.query(
    `with cars as (
       select gen_random_uuid() as session, gen_random_uuid() as quote, gen_random_uuid() as plate from generate_series(1, $2)
     ), p as (
       insert into plates (id, raw, plate, skeleton)
       select plate, upper(left(replace(plate::text, '-', ''), 14)), upper(left(replace(plate::text, '-', ''), 14)), upper(left(replace(plate::text, '-', ''), 14)) from cars
     ), s as (
       insert into sessions (id, site_id, plate_id, opened_at) select session, $1, plate, now() - interval '45 minutes' from cars
     )
     insert into quotes (id, site_id, plate_id, session_id, tariff_id, amount_minor, currency, lines, charged_from, priced_at, expires_at)
     select quote, $1, plate, session, (select id from tariffs where site_id = $1), 200, 'EUR', '[]', now(), now(), now() + interval '15 minutes'
     from cars returning id, session_id, plate_id`,
    [lane.siteId, count],
  )
  if (atExit)
    await pool.query(
      `update gate_passes set decision_id = gen_random_uuid(), plate_id = $2, outcome = 'PAY', session_id = $3, quote_id = $4, command_id = null,
         first_read_at = now(), decided_at = now(), passage_at = null, version = version + 1 where gate_id = $1`,
      [lane.gateId, rows[0].plate_id, rows[0].session_id, rows[0].id],
    )
  return rows.map(({ id }) => id)
}

import { createHmac, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CarPark, Site } from '../car-park.ts'
import { openCarPark } from '../car-park.ts'
import { kill, startApi } from '../core-process.ts'

/* The API is killed as a power cut would, in the middle of taking a payment in: at each step that it is held up at. */

const secret = 'whsec_of_the_test'
let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

/** A car that waits at the exit by the real clock, which a process of its own goes by. */
async function carThatWaits() {
  const [sessionId, quoteId] = [randomUUID(), randomUUID()]
  const plateId = await park.plate(`KI ${Math.floor(Math.random() * 1e6)}`)
  const query = (sql: string, values: unknown[]) => park.database.pool.query(sql, values)
  await query(
    `insert into sessions (id, site_id, plate_id, opened_at) values ($1, $2, $3, now() - interval '45 minutes')`,
    [sessionId, site.id, plateId],
  )
  await query(
    `insert into quotes (id, site_id, plate_id, session_id, tariff_id, amount_minor, currency, lines, charged_from, priced_at, expires_at)
     select $1, $2, $3, $4, id, 200, 'EUR', '[]', now(), now(), now() + interval '15 minutes' from tariffs where site_id = $2`,
    [quoteId, site.id, plateId, sessionId],
  )
  await query(
    `update gate_passes set decision_id = gen_random_uuid(), plate_id = $2, outcome = 'PAY', session_id = $3, quote_id = $4, command_id = null,
       first_read_at = now(), decided_at = now(), passage_at = null, version = version + 1 where gate_id = $1`,
    [site.exit.gateId, plateId, sessionId, quoteId],
  )
  return { sessionId, quoteId }
}

function payment(quoteId: string) {
  const at = Math.floor(Date.now() / 1000)
  const object = {
    id: `cs_${randomUUID()}`,
    object: 'checkout.session',
    mode: 'payment',
    payment_status: 'paid',
    payment_intent: `pi_${randomUUID()}`,
    client_reference_id: quoteId,
    amount_total: 200,
    currency: 'eur',
  }
  const body = JSON.stringify({
    id: `evt_${randomUUID()}`,
    type: 'checkout.session.completed',
    created: at,
    data: { object },
  })
  const signature = `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
  const send = (url: string) =>
    fetch(`${url}/webhooks/stripe`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    })
  return { fact: object.payment_intent, send }
}

test.each(['payment_events', 'payments', 'commands', 'audit_entries', 'mirror_marks'])(
  'killed while it is about to write %s, it has stored nothing, and the redelivery does all of it once (failure 7)',
  { timeout: 60_000 },
  async (table) => {
    const { sessionId, quoteId } = await carThatWaits()
    const { fact, send } = payment(quoteId)
    const first = await startApi(park.testDatabase.appUrl, { STRIPE_WEBHOOK_SECRET: secret })
    const blocker = new pg.Client({ connectionString: park.testDatabase.url })
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query(`lock table ${table} in share row exclusive mode`)
    const cutOff = send(first.url).then(
      (answer) => answer.status,
      () => 'cut off',
    )
    const held = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike 'insert into "${table}"%'`
    await vi.waitFor(async () => expect(await park.count(held)).toBe(1), { timeout: 20_000, interval: 20 })
    await kill(first)
    expect(await cutOff).toBe('cut off')
    await blocker.query('rollback')
    await blocker.end()
    await vi.waitFor(async () => expect(await park.count(`pg_locks where relation = '${table}'::regclass`)).toBe(0), {
      timeout: 20_000,
      interval: 20,
    })
    expect(await park.count('payments where fact_id = $1', [fact])).toBe(0)
    expect(await park.count(`payment_events where change ->> 'factId' = $1`, [fact])).toBe(0)

    const second = await startApi(park.testDatabase.appUrl, { STRIPE_WEBHOOK_SECRET: secret })
    expect(await (await send(second.url)).json()).toMatchObject({ result: 'applied' })
    expect(await (await send(second.url)).json()).toMatchObject({ result: 'duplicate' })
    expect(await park.count('payments where fact_id = $1', [fact])).toBe(1)
    expect(await park.count('commands where payment_id in (select id from payments where fact_id = $1)', [fact])).toBe(
      1,
    )
    expect((await park.row('select paid_until from sessions where id = $1', [sessionId])).paid_until).not.toBeNull()
    await kill(second)
  },
)

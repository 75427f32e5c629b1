import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countGaps } from '../../src/repositories/brought-in.ts'
import { purgeExpired } from '../../src/services/purge-expired.ts'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

let paying: PayingPark
let site: Site
beforeAll(async () => {
  paying = await openPayingPark()
  site = await paying.park.site()
})
afterAll(() => paying.close())

/** What the worker's purge leaves so many days from now. */
async function after<T>(days: number, left: () => Promise<T>): Promise<T> {
  paying.park.wait(days * 24 * 60)
  await purgeExpired({ database: paying.park.database, now: () => new Date(paying.park.clock.now) })
  return left()
}

test('calls that are done go after 90 days, and those that wait, and refunds with their reasons, stay', async () => {
  const { pool } = paying.park.database
  const insert = async (kind: string, state: string) => {
    const id = randomUUID()
    const [dueAt, finishedAt] = state === 'pending' ? [paying.park.clock.now, null] : [null, paying.park.clock.now]
    await pool.query(
      `insert into outbound_calls (id, kind, provider, idempotency_key, subject_id, request, state, due_at, finished_at)
       values ($1::uuid, $2, 'stripe', $1::uuid::text, $1::uuid, '{"email": "ada@example.org"}', $3, $4, $5)`,
      [id, kind, state, dueAt, finishedAt],
    )
    return `${kind} ${state}`
  }
  for (const kind of ['checkout', 'subscription_checkout', 'refund'])
    for (const state of ['done', 'refused', 'pending']) await insert(kind, state)
  const left = async () =>
    (await pool.query(`select kind || ' ' || state as what from outbound_calls order by 1`)).rows.map(
      ({ what }) => what,
    )
  expect(await after(89, left)).toHaveLength(9)
  expect(await after(2, left)).toEqual([
    'checkout pending',
    'refund done',
    'refund pending',
    'refund refused',
    'subscription_checkout pending',
  ])
  await pool.query('delete from outbound_calls')
})

test('what was fetched goes after 90 days in which nobody wanted it, and what is wanted stays', async () => {
  const insert = (objectId: string, dueAt: Date | null) =>
    paying.park.database.pool.query(
      `insert into provider_objects (provider, kind, object_id, due_at, fetched_at) values ('stripe', 'invoice', $1, $2, $3)`,
      [objectId, dueAt, paying.park.clock.now],
    )
  await insert('in_settled', null)
  await insert('in_wanted', paying.park.clock.now)
  const left = async () =>
    (await paying.park.database.pool.query('select object_id from provider_objects order by object_id')).rows.map(
      (row) => row.object_id,
    )
  expect(await after(89, left)).toEqual(['in_settled', 'in_wanted'])
  expect(await after(2, left)).toEqual(['in_wanted'])
})

test('numbers of a journal go 90 days after its last one, which stays, so that none looks lost when it goes on', async () => {
  const [ended, longLived] = [randomUUID(), randomUUID()]
  const { pool } = paying.park.database
  const broughtIn = (deviceId: string, sequence: number) =>
    pool.query(
      `insert into journal_entries (device_id, sequence, kind, gate_id, brought_in_at) values ($1, $2, 'decision', $3, $4)`,
      [deviceId, sequence, site.exit.gateId, paying.park.clock.now],
    )
  const missing = () => countGaps(pool, new Date(paying.park.clock.now))
  for (const sequence of [2, 3]) await broughtIn(ended, sequence)
  await broughtIn(longLived, 1)
  paying.park.wait(24 * 60)
  await broughtIn(longLived, 2)
  const left = async () =>
    (await pool.query('select device_id as id, sequence from journal_entries order by 1, 2')).rows.map(
      ({ id, sequence }) => `${id === ended ? 'ended' : 'long-lived'} ${sequence}`,
    )
  expect(await missing()).toBe(1)
  expect(await after(89, left)).toHaveLength(4)
  expect((await after(1, left)).sort()).toEqual(['ended 3', 'long-lived 1', 'long-lived 2'])
  expect(await missing()).toBe(0)
  await broughtIn(ended, 4)
  await broughtIn(ended, 6)
  expect(await missing()).toBe(1)
})

test('who held a subscription is forgotten 90 days after its end, and no sooner; what was paid for it stays', async () => {
  const { pool } = paying.park.database
  const [over, running, unreachable] = [
    await paying.bought(site, 'RE 47151'),
    await paying.bought(site, 'RE 47153'),
    await paying.bought(site, 'RE 47155'),
  ]
  const ids = [over.id, running.id, unreachable.id]
  await pool.query(`update subscriptions set holder = 'Ada Baker' where id = any($1)`, [ids])
  await pool.query('update subscriptions set valid_until = $2 where id = any($1)', [
    [over.id, unreachable.id],
    paying.park.clock.now,
  ])
  await pool.query('update subscriptions set email = null where id = $1', [unreachable.id])
  await pool.query(
    `insert into payments (id, site_id, provider, fact_id, subscription_id, amount_minor, currency, captured_at)
     values (gen_random_uuid(), $1, 'stripe', 'pi_of_a_period', $2, 8900, 'EUR', $3)`,
    [site.id, over.id, paying.park.clock.now],
  )
  const known = async () =>
    (await pool.query('select id, holder, email from subscriptions where id = any($1)', [ids])).rows
      .filter(({ holder, email }) => holder === 'Ada Baker' || email !== null)
      .map(({ id }) => id)
  expect(await after(89, known)).toHaveLength(3)
  expect(await after(2, known)).toEqual([running.id])
  expect(await paying.park.row('select holder, email from subscriptions where id = $1', [over.id])).toEqual({
    holder: '(erased)',
    email: null,
  })
  expect(await paying.park.count('payments where subscription_id = $1 and amount_minor = 8900', [over.id])).toBe(1)
  // What is forgotten is not forgotten every hour again.
  const purges = () =>
    paying.park.count(`audit_entries where action = 'expired.purged' and (after->>'holders')::int > 0`)
  expect(await after(1, purges)).toBe(1)
})

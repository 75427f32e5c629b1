import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

test('the address of a holder is forgotten 90 days after the end of the subscription, and no sooner', async () => {
  const [over, running] = [await paying.bought(site, 'RE 47151'), await paying.bought(site, 'RE 47153')]
  await paying.park.database.pool.query('update subscriptions set valid_until = $2 where id = $1', [
    over.id,
    paying.park.clock.now,
  ])
  const addresses = async () =>
    (
      await paying.park.database.pool.query('select email from subscriptions where id = any($1) order by email', [
        [over.id, running.id],
      ])
    ).rows.filter(({ email }) => email !== null).length
  expect(await after(89, addresses)).toBe(2)
  expect(await after(2, addresses)).toBe(1)
  expect((await paying.park.row('select email from subscriptions where id = $1', [running.id])).email).not.toBeNull()
})

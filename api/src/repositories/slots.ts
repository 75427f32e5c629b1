import { sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'

/** Makes a site have `capacity` places. Where more are taken, all are marked: each goes when it gets free while there are too many. */
export async function fitPlaces(tx: Tx, siteId: string, capacity: number) {
  await resize(tx, sql`site_slots`, sql`site_id`, siteId, capacity)
}

/** The same for the places of a subscription's pool. */
export async function fitPoolPlaces(tx: Tx, subscriptionId: string, size: number) {
  await resize(tx, sql`subscription_slots`, sql`subscription_id`, subscriptionId, size)
}

/**
 * All rows are locked first, in one order: cars that claim one meanwhile find none free and look again, cars that leave wait for
 * these few statements. So nothing moves between counting and removing.
 */
async function resize(tx: Tx, table: ReturnType<typeof sql>, owner: ReturnType<typeof sql>, id: string, size: number) {
  const { rows } = await tx.execute<{ number: number; free: boolean; surplus: boolean }>(sql`
    select number, session_id is null as free, surplus from ${table} where ${owner} = ${id}::uuid order by number for update`)
  const missing = size - rows.length
  const free = rows.filter((row) => row.free).map((row) => row.number)
  const going = free.toReversed().slice(0, Math.max(-missing, 0))
  if (missing > 0) {
    const last = Math.max(0, ...rows.map((row) => row.number))
    await tx.execute(
      sql`insert into ${table} (${owner}, number) select ${id}::uuid, ${last}::int + n from generate_series(1, ${missing}::int) n`,
    )
  }
  if (going.length > 0)
    await tx.execute(
      sql`delete from ${table} where ${owner} = ${id}::uuid and number = any(${sql.param(going)}::int[])`,
    )
  const surplus = rows.length - going.length > size
  if (rows.some((row) => row.surplus !== surplus))
    await tx.execute(
      sql`update ${table} set surplus = ${surplus} where ${owner} = ${id}::uuid and surplus <> ${surplus}`,
    )
}

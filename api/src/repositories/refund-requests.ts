import { sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'

/**
 * What went back of a payment or may still, in its minor units: refunds that did not fail, those that we asked for and wait for, and those
 * that were made with an answer nobody understood: what may have gone back is not given back again.
 */
export async function findClaimed(tx: Tx, paymentId: string): Promise<number> {
  const { rows } = await tx.execute<{ claimed: string }>(sql`
    select (select coalesce(sum(amount_minor), 0) from refunds where payment_id = ${paymentId}::uuid and state <> 'failed')
      + (select coalesce(sum((request ->> 'amountMinor')::int), 0) from outbound_calls
         where subject_id = ${paymentId}::uuid and kind = 'refund' and (state = 'pending' or (state = 'done' and not exists (
           select from refunds r where r.provider = outbound_calls.provider and r.fact_id = result -> 'said' ->> 'factId')))) as claimed`)
  return Number(rows[0]!.claimed)
}

type ShownRefund = {
  id: string
  paymentId: string
  amountMinor: number
  currency: string
  state: 'asked' | 'refused' | 'pending' | 'succeeded' | 'failed'
  reason: string | null
  detail: string | null
  at: Date
}

/** Refunds of a payment, the newest first: as we asked for them, with what became of each; then those of somebody else. */
export async function listRefunds(db: Db, paymentId: string): Promise<ShownRefund[]> {
  const { rows } = await db.execute<Omit<ShownRefund, 'at'> & { at: string }>(sql`
    select coalesce(c.id, r.id) as id, ${paymentId}::uuid as "paymentId",
      coalesce(r.amount_minor, (c.request ->> 'amountMinor')::int) as "amountMinor", coalesce(r.currency, c.request ->> 'currency') as currency,
      coalesce(r.state::text, case c.state when 'refused' then 'refused' else 'asked' end) as state,
      c.request ->> 'reason' as reason, c.detail, coalesce(r.occurred_at, c.created_at) as at
    from (select * from outbound_calls where subject_id = ${paymentId}::uuid and kind = 'refund') c
    full join (select * from refunds where payment_id = ${paymentId}::uuid) r
      on r.fact_id = c.result -> 'said' ->> 'factId' and r.provider = c.provider
    order by at desc`)
  return rows.map((row) => ({ ...row, at: new Date(row.at) }))
}

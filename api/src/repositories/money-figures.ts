import { sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'

/** What is under way between providers and us, in numbers; ages in seconds, 0 where nothing waits. */
export type MoneyFigures = {
  /** Since the oldest notification came that was taken and not applied yet. */
  acceptedSeconds: number
  /** Notifications that refer to nothing we know, or that nobody understood. */
  parked: number
  /** Calls to providers that are not done, by what is to be asked. */
  openCalls: { kind: string; count: number }[]
  /** Since the one was due that has been due longest. */
  overdueSeconds: number
}

export async function readMoneyFigures(db: Db, now: Date): Promise<MoneyFigures> {
  const at = sql`${now}::timestamptz`
  const { rows } = await db.execute<{
    accepted: number
    parked: number
    calls: MoneyFigures['openCalls']
    overdue: number
  }>(sql`
    select
      (select coalesce(extract(epoch from ${at} - min(received_at)), 0)::float from payment_events where state = 'accepted') as accepted,
      (select count(*)::int from payment_events where state = 'parked') as parked,
      (select coalesce(json_agg(c), '[]') from (
        select kind, count(*)::int as count from outbound_calls where due_at is not null group by kind) c) as calls,
      (select greatest(coalesce(extract(epoch from ${at} - min(due_at)), 0), 0)::float from outbound_calls where due_at is not null) as overdue`)
  const { accepted, parked, calls, overdue } = rows[0]!
  return { acceptedSeconds: accepted, parked, openCalls: calls, overdueSeconds: overdue }
}

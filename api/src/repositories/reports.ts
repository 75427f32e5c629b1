import type { DecisionMode, Outcome, ReasonCode } from '@turnpike/contracts/decision.ts'
import type { PassageKind } from '@turnpike/contracts/gate-command.ts'
import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { isRefundOf, tariffOf } from './money-back.ts'
import { gatesOf } from './newest.ts'

/* Counts for reports, each one statement, so that it is of one moment. `bucket` counts from 0 in the order of `starts`. */

/** One site, from `from` to before `to`, counted in buckets that begin at `starts`, the first of which is `from`. */
export type Counted = { siteId: string; from: Date; to: Date; starts: Date[] }

const bucketOf = (at: ReturnType<typeof sql>, { starts }: Counted) =>
  sql`width_bucket(${at}, ${sql.param(starts)}::timestamptz[]) - 1`
const within = (at: ReturnType<typeof sql>, { from, to }: Counted) =>
  sql`${at} >= ${from}::timestamptz and ${at} < ${to}::timestamptz`

/** Payments, or refunds, of equal amount, provider and rate of VAT. */
export type MoneyCount = {
  kind: 'payment' | 'refund'
  bucket: number
  provider: ProviderName
  vatPercent: string | null
  amountMinor: number
  count: number
}

export async function countMoney(db: Db, counted: Counted): Promise<MoneyCount[]> {
  const site = sql`${counted.siteId}::uuid`
  const pricedBy = sql.raw(tariffOf('p'))
  const { rows } = await db.execute<MoneyCount>(sql`
    with moved as (
      select 'payment' as kind, p.captured_at as at, p.provider, ${pricedBy} as tariff_id, p.amount_minor
      from payments p where p.site_id = ${site} and ${within(sql`p.captured_at`, counted)}
      union all
      select 'refund', r.occurred_at, p.provider, ${pricedBy}, r.amount_minor
      from refunds r join payments p on ${sql.raw(isRefundOf('p'))}
      where p.site_id = ${site} and ${within(sql`r.occurred_at`, counted)}
    )
    select m.kind, ${bucketOf(sql`m.at`, counted)} as bucket, m.provider, t.rules -> 'vat' ->> 'percent' as "vatPercent",
      m.amount_minor as "amountMinor", count(*)::int as count
    from moved m left join tariffs t on t.id = m.tariff_id
    group by 1, 2, 3, 4, 5`)
  return rows
}

/**
 * What happened in a bucket, and how often: a stay that began, one that ended, a vehicle let out that had none, a decision or a
 * passage of some kind.
 */
export type EventCount = { bucket: number; count: number } & (
  | { kind: 'opened' }
  | { kind: 'closed' }
  | { kind: 'let_out' }
  | { kind: 'decision'; outcome: Outcome; reason: ReasonCode; mode: DecisionMode }
  | { kind: 'passage'; passage: PassageKind }
)

export async function countEvents(db: Db, counted: Counted): Promise<EventCount[]> {
  const site = sql`${counted.siteId}::uuid`
  const gates = gatesOf([counted.siteId], undefined)
  const none = sql`null::outcome, null::text, null::decision_mode, null::passage_kind`
  // Most exits are for a reason that only a stay has: the index leaves them out, and only the rest is looked at.
  const { rows } = await db.execute<EventCount>(sql`
    with exits as materialized (
      select id, created_at from decisions
      where gate_id = any(array(select id from gates where site_id = ${site} and direction = 'exit'))
        and ${within(sql`created_at`, counted)} and outcome = 'ALLOW'
        and reason not in ('paid', 'subscription', 'free_period', 'nothing_owed')
    )
    select ${bucketOf(sql`opened_at`, counted)} as bucket, 'opened' as kind,
      null::outcome as outcome, null::text as reason, null::decision_mode as mode, null::passage_kind as passage,
      count(*)::int as count
    from sessions where site_id = ${site} and ${within(sql`opened_at`, counted)} and state <> 'void'
    group by 1
    union all
    select ${bucketOf(sql`closed_at`, counted)}, 'closed', ${none}, count(*)::int
    from sessions where site_id = ${site} and ${within(sql`closed_at`, counted)} and state = 'closed'
    group by 1
    union all
    select ${bucketOf(sql`created_at`, counted)}, 'decision', outcome, reason, mode, null, count(*)::int
    from decisions where gate_id = any(${gates}) and ${within(sql`created_at`, counted)}
    group by 1, 3, 4, 5
    union all
    select ${bucketOf(sql`e.created_at`, counted)}, 'let_out', ${none}, count(*)::int
    from exits e join decisions d using (id) where d.session_id is null
    group by 1
    union all
    select ${bucketOf(sql`occurred_at`, counted)}, 'passage', null, null, null, kind, count(*)::int
    from passages where gate_id = any(${gates}) and ${within(sql`occurred_at`, counted)}
    group by 1, kind`)
  return rows
}

/** How many stays were open at `from`, and in each bucket that had any movement how many more there were at its end and at most. */
export type OpenStays = { atStart: number; moves: { bucket: number; net: number; rise: number }[] }

export async function countOpenStays(db: Db, counted: Counted): Promise<OpenStays> {
  const site = sql`${counted.siteId}::uuid`
  const from = sql`${counted.from}::timestamptz`
  // At one instant who leaves makes room for who comes.
  const { rows } = await db.execute<{ atStart: number; moves: OpenStays['moves'] }>(sql`
    with moves as (
      select ${bucketOf(sql`opened_at`, counted)} as bucket, opened_at as at, 1 as step
      from sessions where site_id = ${site} and ${within(sql`opened_at`, counted)} and state <> 'void'
      union all
      select ${bucketOf(sql`closed_at`, counted)}, closed_at, -1
      from sessions where site_id = ${site} and ${within(sql`closed_at`, counted)} and state <> 'void'
    ), levels as (
      select bucket, step, sum(step) over (partition by bucket order by at, step rows unbounded preceding) as level from moves
    ), buckets as (
      select bucket, sum(step)::int as net, greatest(max(level), 0)::int as rise from levels group by bucket
    )
    select
      (select count(*) from sessions where site_id = ${site} and state = 'open' and opened_at < ${from})::int
      + (select count(*) from sessions
         where site_id = ${site} and closed_at >= ${from} and opened_at < ${from} and state <> 'void')::int as "atStart",
      (select coalesce(json_agg(buckets order by bucket), '[]') from buckets) as moves`)
  return rows[0]!
}

import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { disputes, paymentEvents, refunds } from '../db/schema.ts'

/* What took money back from a payment: refunds and disputes, which may be told of before the payment itself. */

type Refund = typeof refunds.$inferInsert
type Dispute = typeof disputes.$inferInsert
type Provider = Refund['provider']

/** SQL of whether the refund `r` took money back from a payment; `payment` is how the statement calls its row. */
export const isRefundOf = (payment: string) =>
  `r.payment_id = ${payment}.id and r.state = 'succeeded' and r.currency = ${payment}.currency`

/** SQL of the tariff that priced a payment; that of its day says the VAT of a subscription. */
export const tariffOf = (payment: string) =>
  `case when ${payment}.subscription_id is null then (select q.tariff_id from quotes q where q.id = ${payment}.quote_id)
    else (select t.id from tariffs t where t.site_id = ${payment}.site_id and t.valid_from <= ${payment}.captured_at
      order by t.revision desc limit 1) end`

/** SQL of what went back of a payment, in its minor units. */
export const refundedMinor = (payment: string) =>
  `(select coalesce(sum(r.amount_minor), 0) from refunds r where ${isRefundOf(payment)})`

/**
 * SQL of what was paid for a session and did not go back, no more than a column holds. What went back of a payment beyond what it
 * brought is not missing in another one: whoever pays the stay would pay that, too.
 */
export const netPaidMinor = (sessionId: string) =>
  `(select least(coalesce(sum(greatest(p.amount_minor - ${refundedMinor('p')}, 0)), 0), 2147483647)::int from payments p where p.session_id = ${sessionId})`

/** SQL of whether a payment covers its quote still. */
export const isQuotePaid = (quote: string) =>
  `exists (select from payments p where p.quote_id = ${quote}.id and p.amount_minor - ${refundedMinor('p')} >= ${quote}.amount_minor)`

/**
 * Holds whatever concerns one capture until the transaction ends. A payment and its refund that are told of at the same moment
 * would else not see each other, and stay apart for ever.
 */
export async function lockCapture(tx: Tx, provider: Provider, factId: string) {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`payment ${provider} ${factId}`}, 0))`)
}

/** Stores a refund, or its further state; false when that, or more, was known. States only go forward, in the order of the type. */
export async function upsertRefund(tx: Tx, refund: Refund): Promise<boolean> {
  const { rowCount } = await tx
    .insert(refunds)
    .values(refund)
    .onConflictDoUpdate({
      target: [refunds.provider, refunds.factId],
      set: { state: refund.state },
      setWhere: sql`${refunds.state} < excluded.state`,
    })
  return rowCount === 1
}

/**
 * Stores a dispute, or its further state; false when that was known. What is told only ends one that is open: an end can be appealed,
 * and only who is asked says in which order all that was told has happened.
 */
export async function upsertDispute(tx: Tx, dispute: Dispute, how: 'told' | 'asked'): Promise<boolean> {
  const isDifferent = sql`${disputes.state} <> excluded.state`
  const isFurther = sql`${isDifferent} and ${disputes.state} = 'open'`
  const { rowCount } = await tx
    .insert(disputes)
    .values(dispute)
    .onConflictDoUpdate({
      target: [disputes.provider, disputes.factId],
      set: { state: dispute.state },
      setWhere: how === 'asked' ? isDifferent : isFurther,
    })
  return rowCount === 1
}

/** What was told of before its payment belongs to it now, and so do the notifications that were parked for it. */
export async function adoptMoneyBack(tx: Tx, provider: Provider, factId: string, paymentId: string) {
  for (const table of [refunds, disputes])
    await tx
      .update(table)
      .set({ paymentId })
      .where(and(eq(table.provider, provider), eq(table.paymentFactId, factId), isNull(table.paymentId)))
  await tx
    .update(paymentEvents)
    .set({ paymentId, state: 'applied' })
    .where(
      and(
        eq(paymentEvents.provider, provider),
        eq(paymentEvents.state, 'parked'),
        sql`(${paymentEvents.change} ->> 'paymentFactId' = ${factId} or ${paymentEvents.change} ->> 'objectId' in
          (select fact_id from disputes where provider = ${provider} and payment_id = ${paymentId}::uuid))`,
      ),
    )
}

/** What is or may be taken back from a payment, in all: `claimedMinor` counts refunds under way, too. */
export async function findMoneyBack(tx: Tx, paymentId: string) {
  const { rows } = await tx.execute<{ claimed: string; foreign: boolean; disputed: boolean }>(sql`
    select coalesce(sum(r.amount_minor), 0) as claimed, coalesce(bool_or(r.currency <> p.currency), false) as foreign,
      exists (select from disputes d where d.payment_id = p.id and d.state <> 'won') as disputed
    from payments p left join refunds r on r.payment_id = p.id and r.state <> 'failed'
    where p.id = ${paymentId}::uuid group by p.id`)
  const { claimed, foreign, disputed } = rows[0]!
  return { claimedMinor: Number(claimed), inOtherCurrency: foreign, disputed }
}

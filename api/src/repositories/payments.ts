import type { PaymentChange, ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import { and, desc, eq, getTableColumns, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { paymentEvents, payments, quotes, usedTokens } from '../db/schema.ts'
import { lockCapture, refundedMinor } from './money-back.ts'
import { newestFirst, type Period, uuids } from './newest.ts'
import { afterId, type PageRequest } from './page.ts'

export type PaymentRow = typeof payments.$inferSelect

/** A payment with what became of it since. */
const columns = {
  ...getTableColumns(payments),
  refundedMinor: sql<number>`${sql.raw(refundedMinor('payments'))}::int`,
  disputed: sql<boolean>`exists (select from disputes d where d.payment_id = payments.id and d.state <> 'won')`,
}
export type PaymentNow = PaymentRow & { refundedMinor: number; disputed: boolean }

/** Says whether the token id was new. A second use is a replay. */
export async function useTokenOnce(tx: Tx, jti: string, expiresAt: Date): Promise<boolean> {
  const { rowCount } = await tx.insert(usedTokens).values({ jti, expiresAt }).onConflictDoNothing()
  return rowCount === 1
}

/** The inbox row; undefined when this notification was there before. Two at once take turns on the unique key. */
export async function insertEventOnce(tx: Tx, event: typeof paymentEvents.$inferInsert): Promise<string | undefined> {
  const [row] = await tx.insert(paymentEvents).values(event).onConflictDoNothing().returning({ id: paymentEvents.id })
  return row?.id
}

export async function setEventState(
  tx: Tx,
  id: string,
  state: (typeof paymentEvents.$inferSelect)['state'],
  paymentId: string | null,
) {
  await tx.update(paymentEvents).set({ state, paymentId }).where(eq(paymentEvents.id, id))
}

/** One payment per capture, however many notifications speak of it. Undefined when it was there. */
export async function insertPaymentOnce(
  tx: Tx,
  payment: typeof payments.$inferInsert,
): Promise<PaymentRow | undefined> {
  return (await tx.insert(payments).values(payment).onConflictDoNothing().returning())[0]
}

/** The payment of a capture that a refund or a dispute is about. */
export async function findCapture(
  tx: Tx,
  provider: PaymentRow['provider'],
  factId: string,
): Promise<PaymentNow | undefined> {
  const [row] = await tx
    .select(columns)
    .from(payments)
    .where(and(eq(payments.provider, provider), eq(payments.factId, factId)))
  return row
}

export type PaymentFilter = Period & {
  siteIds: string[]
  provider?: ProviderName | undefined
  sessionId?: string | undefined
}

const bySite = newestFirst({ table: payments, owner: payments.siteId, at: payments.capturedAt, id: payments.id })

export async function listPayments(
  db: Db,
  { siteIds, since, until, ...fields }: PaymentFilter,
  page: PageRequest,
): Promise<(PaymentNow & { micros: string })[]> {
  return db
    .select({ ...columns, micros: bySite.micros })
    .from(payments)
    .where(bySite.where({ owners: uuids(siteIds), fields, period: { since, until }, page }))
    .orderBy(...bySite.order)
    .limit(page.limit + 1)
}

export async function findPayment(db: Db, id: string): Promise<PaymentNow | undefined> {
  return (await db.select(columns).from(payments).where(eq(payments.id, id)))[0]
}

export async function listPaymentsOfSession(db: Db, sessionId: string): Promise<PaymentNow[]> {
  return db.select(columns).from(payments).where(eq(payments.sessionId, sessionId)).orderBy(desc(payments.id))
}

export async function listPaymentsNow(db: Db, ids: string[]): Promise<PaymentNow[]> {
  return db.select(columns).from(payments).where(inArray(payments.id, ids))
}

/** The payments of a session, each with the quote it was for. */
export async function listQuotedPayments(tx: Tx, sessionId: string) {
  return tx
    .select({
      ...columns,
      quote: {
        plateId: quotes.plateId,
        amountMinor: quotes.amountMinor,
        expiresAt: quotes.expiresAt,
        lines: sql<QuoteLine[]>`${quotes.lines}`,
      },
    })
    .from(payments)
    .leftJoin(quotes, eq(quotes.id, payments.quoteId))
    .where(eq(payments.sessionId, sessionId))
    .orderBy(desc(payments.capturedAt), desc(payments.id))
}

type EventRow = Omit<typeof paymentEvents.$inferSelect, 'change'> & { change: PaymentChange }
const events = { ...getTableColumns(paymentEvents), change: sql<PaymentChange>`${paymentEvents.change}` }

/** Payments of a subscription that were told of before it was known. */
export async function listParkedOfSubscription(
  tx: Tx,
  provider: ProviderName,
  subscriptionObjectId: string,
): Promise<EventRow[]> {
  return tx
    .select(events)
    .from(paymentEvents)
    .where(
      and(
        eq(paymentEvents.provider, provider),
        eq(paymentEvents.state, 'parked'),
        sql`${paymentEvents.change} ->> 'subscriptionObjectId' = ${subscriptionObjectId}`,
      ),
    )
}

const isParkedCapture = (provider: ProviderName, factId: string) =>
  and(
    eq(paymentEvents.provider, provider),
    eq(paymentEvents.state, 'parked'),
    sql`${paymentEvents.change} ->> 'kind' = 'payment_captured' and ${paymentEvents.change} ->> 'factId' = ${factId}`,
  )

/** Whether a notification of this capture waits already for somebody who says whose it is. */
export async function isCaptureParked(tx: Tx, provider: ProviderName, factId: string): Promise<boolean> {
  return (await tx.$count(paymentEvents, isParkedCapture(provider, factId))) > 0
}

/** All notifications of this capture that are parked wait no more; their ids. */
export async function endParkedCapture(
  tx: Tx,
  provider: ProviderName,
  factId: string,
  end: { state: 'applied' | 'ignored'; paymentId: string | null },
): Promise<string[]> {
  const ended = await tx
    .update(paymentEvents)
    .set(end)
    .where(isParkedCapture(provider, factId))
    .returning({ id: paymentEvents.id })
  return ended.map(({ id }) => id)
}

/** Notifications that refer to nothing we know, or that nobody understood, the newest first: of one capture the first that came. */
export async function listParked(db: Db, page: PageRequest): Promise<EventRow[]> {
  const after = afterId(page)
  return db
    .select(events)
    .from(paymentEvents)
    .where(
      and(
        eq(paymentEvents.state, 'parked'),
        after ? lt(paymentEvents.id, after) : undefined,
        sql`not exists (
          select from payment_events o where o.state = 'parked' and o.provider = ${paymentEvents.provider} and o.id < ${paymentEvents.id}
            and ${paymentEvents.change} ->> 'kind' = 'payment_captured' and o.change ->> 'kind' = 'payment_captured'
            and o.change ->> 'factId' = ${paymentEvents.change} ->> 'factId')`,
      ),
    )
    .orderBy(desc(paymentEvents.id))
    .limit(page.limit + 1)
}

/** A notification that waits for somebody. Its capture is held before it, as whoever stores a capture holds them. */
export async function lockParked(tx: Tx, id: string): Promise<EventRow | undefined> {
  const [seen] = await tx.select(events).from(paymentEvents).where(eq(paymentEvents.id, id))
  if (seen?.change.kind === 'payment_captured') await lockCapture(tx, seen.provider, seen.change.factId)
  const [row] = await tx.select(events).from(paymentEvents).where(eq(paymentEvents.id, id)).for('no key update')
  return row?.state === 'parked' ? row : undefined
}

/**
 * Money of vehicles that has no stay yet, each with the open stay of the vehicle at its site, or one that is known of only since it is
 * over, during which it was paid, and that somebody has to look at.
 */
export async function listCreditWithStay(db: Db, now: Date, limit: number) {
  const { rows } = await db.execute<{ payment_id: string; session_id: string }>(sql`
    select p.id as payment_id, s.id as session_id
    from payments p join quotes q on q.id = p.quote_id join sites x on x.id = q.site_id
    join sessions s on s.site_id = q.site_id and s.plate_id = q.plate_id
      and (s.state = 'open' or s.needs_review and s.state <> 'void' and s.id is distinct from q.session_id
        and p.captured_at between s.opened_at and s.closed_at)
    where p.session_id is null and p.quote_id is not null
      -- What was prepaid admits for a while; then it is credit like any other.
      and (q.credit or q.session_id is not null or p.captured_at < ${now}::timestamptz - make_interval(secs => x.quote_valid_seconds))
    limit ${limit}`)
  return rows.map((row) => ({ paymentId: row.payment_id, sessionId: row.session_id }))
}

/** Nets money that had no stay against this one; false when somebody was faster. */
export async function attachPayment(tx: Tx, paymentId: string, sessionId: string): Promise<boolean> {
  const { rowCount } = await tx
    .update(payments)
    .set({ sessionId, settledUpAt: null })
    .where(and(eq(payments.id, paymentId), isNull(payments.sessionId)))
  return rowCount === 1
}

/** Stays that were over by then and were paid for since anybody looked what they leave over; what is to be reviewed waits. */
export async function listStaysToSettleUp(db: Db, endedBy: Date, limit: number): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select distinct s.id from payments p join sessions s on s.id = p.session_id
    where p.session_id is not null and p.settled_up_at is null
      and s.state <> 'open' and not s.needs_review and s.closed_at <= ${endedBy}
    limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** What a stay leaves over is looked at again, though it was before. */
export async function settleUpAgain(tx: Tx, sessionId: string) {
  await tx.update(payments).set({ settledUpAt: null }).where(eq(payments.sessionId, sessionId))
}

/** Nobody looks again, unless more is paid for the stay, something is taken off it, it goes on, or what was contested is ours after all. */
export async function setSettledUp(tx: Tx, sessionId: string, at: Date) {
  await tx
    .update(payments)
    .set({ settledUpAt: at })
    .where(and(eq(payments.sessionId, sessionId), isNull(payments.settledUpAt)))
}

/** A payment let its vehicle leave for what its stay cost then: that much must be left of all payments of the stay. */
export async function setNeeded(tx: Tx, id: string, neededMinor: number) {
  await tx.update(payments).set({ neededMinor }).where(eq(payments.id, id))
}

/** A payment that its stay needs nothing of is credit of its vehicle again. */
export async function releasePayment(tx: Tx, id: string) {
  await tx.update(payments).set({ sessionId: null, neededMinor: null }).where(eq(payments.id, id))
}

export async function listPaymentsOfSubscription(db: Db, subscriptionId: string): Promise<PaymentNow[]> {
  return db
    .select(columns)
    .from(payments)
    .where(eq(payments.subscriptionId, subscriptionId))
    .orderBy(desc(payments.id))
    .limit(200)
}

import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { and, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { paymentEvents, payments, quotes, usedTokens } from '../db/schema.ts'
import { refundedMinor } from './money-back.ts'
import { newestFirst, type Period, uuids } from './newest.ts'
import type { PageRequest } from './page.ts'

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
    .select({ ...columns, quote: { amountMinor: quotes.amountMinor, expiresAt: quotes.expiresAt } })
    .from(payments)
    .leftJoin(quotes, eq(quotes.id, payments.quoteId))
    .where(eq(payments.sessionId, sessionId))
}

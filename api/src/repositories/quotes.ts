import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import { tariffRules } from '@turnpike/contracts/tariff.ts'
import { and, desc, eq, exists, gte, isNull, lte, or, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { decisions, outboundCalls, quotes, sessions, sites, subscriptions, tariffs } from '../db/schema.ts'
import type { Facts } from '../domain/facts.ts'
import { adjustedMinor } from './adjustments.ts'
import { coveredUntil } from './entitlement.ts'
import { netPaidMinor } from './money-back.ts'
import { seenSince } from './stay-evidence.ts'

export type QuoteRow = typeof quotes.$inferSelect

export async function insertQuote(tx: Tx, quote: typeof quotes.$inferInsert): Promise<QuoteRow> {
  return (await tx.insert(quotes).values(quote).returning())[0]!
}

/** The exit at which the car of a stay stands: it has neither passed nor turned back, nor has another car been read there. */
const atExit = sql<PublicQuote['gate']>`(
  select json_build_object(
    'openCommand', case when c.outcome = 'executed' then 'executed' when c.id is not null and c.outcome is null then 'sent' end,
    'observedState', g.observed_state)
  from gate_passes gp join gates g on g.id = gp.gate_id left join commands c on c.id = gp.command_id
  where gp.session_id = quotes.session_id and g.direction = 'exit' and gp.passage_at is null
  order by gp.decided_at desc limit 1)`

/** A quote with what a public page says beside it. */
export async function findQuote(db: Db, id: string) {
  const [row] = await db
    .select({
      quote: quotes,
      siteName: sites.name,
      timeZone: sites.timeZone,
      stay: { state: sessions.state, paidUntil: sessions.paidUntil },
      receiptIds: sql<string[]>`array(select p.id from payments p where p.quote_id = ${quotes.id} order by p.id)`,
      gate: atExit,
    })
    .from(quotes)
    .innerJoin(sites, eq(sites.id, quotes.siteId))
    .leftJoin(sessions, eq(sessions.id, quotes.sessionId))
    .where(eq(quotes.id, id))
  return row
}

/** Whether `key` is what the address of this quote has at the exit, or on the way back from its provider: see `payUrl`. */
export async function isKeyOf(db: Db, quoteId: string, key: string): Promise<boolean> {
  const atGate = db
    .select()
    .from(decisions)
    .where(and(eq(decisions.id, key), eq(decisions.quoteId, quoteId)))
  const checkout = db
    .select()
    .from(outboundCalls)
    .where(and(eq(outboundCalls.id, key), eq(outboundCalls.subjectId, quoteId), eq(outboundCalls.kind, 'checkout')))
  const [row] = await db
    .select({ id: quotes.id })
    .from(quotes)
    .where(and(eq(quotes.id, quoteId), or(exists(atGate), exists(checkout))))
  return row !== undefined
}

/** A quote of this sum for a session that can still be paid at `until`. */
export async function findOpenQuote(
  db: Db,
  sessionId: string,
  amountMinor: number,
  until: Date,
): Promise<Pick<QuoteRow, 'id' | 'chargeAutomatically'> | undefined> {
  const [row] = await db
    .select({ id: quotes.id, chargeAutomatically: quotes.chargeAutomatically })
    .from(quotes)
    .where(
      and(
        eq(quotes.sessionId, sessionId),
        eq(quotes.amountMinor, amountMinor),
        isNull(quotes.paidAt),
        gte(quotes.expiresAt, until),
      ),
    )
    .orderBy(desc(quotes.expiresAt))
    .limit(1)
  return row
}

/** Keeps a quote from being charged without the driver's doing. */
export async function withholdQuote(tx: Tx, id: string) {
  await tx.update(quotes).set({ chargeAutomatically: false }).where(eq(quotes.id, id))
}

export async function lockQuote(tx: Tx, id: string): Promise<QuoteRow | undefined> {
  return (await tx.select().from(quotes).where(eq(quotes.id, id)).for('no key update'))[0]
}

export async function markQuotePaid(tx: Tx, id: string, paidAt: Date) {
  await tx.update(quotes).set({ paidAt }).where(eq(quotes.id, id))
}

/** A quote of this sum that a vehicle can still pay in advance at a site at `until`. */
export async function findOpenAdvance(db: Db, siteId: string, plateId: string, amountMinor: number, until: Date) {
  const [row] = await db
    .select({ id: quotes.id })
    .from(quotes)
    .where(
      and(
        eq(quotes.siteId, siteId),
        eq(quotes.plateId, plateId),
        isNull(quotes.sessionId),
        eq(quotes.credit, true),
        eq(quotes.amountMinor, amountMinor),
        isNull(quotes.paidAt),
        gte(quotes.expiresAt, until),
      ),
    )
    .limit(1)
  return row
}

/** The newest tariff of a site that is valid at `at`. */
export async function findTariff(db: Db, siteId: string, at: Date) {
  const [row] = await db
    .select()
    .from(tariffs)
    .where(and(eq(tariffs.siteId, siteId), lte(tariffs.validFrom, at)))
    .orderBy(desc(tariffs.revision))
    .limit(1)
  return row
}

/** What a stay that began at `openedAt` is priced by; null where the site had no tariff. */
export async function findPricing(db: Db, siteId: string, openedAt: Date): Promise<Facts['tariff']> {
  const tariff = await findTariff(db, siteId, openedAt)
  return tariff === undefined ? null : { id: tariff.id, rules: tariffRules.parse(tariff.rules) }
}

export async function findSite(db: Db, id: string) {
  return (await db.select().from(sites).where(eq(sites.id, id)))[0]
}

/**
 * What was paid for a session so far and did not go back, until when its subscription covers it, and where its vehicle was seen
 * since it began.
 */
export async function findBillFacts(db: Db, sessionId: string) {
  const [row] = await db
    .select({
      paidMinor: sql<number>`${sql.raw(netPaidMinor('sessions.id'))}`,
      adjustedMinor: sql<number>`${sql.raw(adjustedMinor('sessions.id'))}`,
      coveredUntil: sql<Date | null>`${sql.raw(coveredUntil('subscriptions', 'sessions'))}`.mapWith(
        subscriptions.validUntil,
      ),
      readAtEntrySince: sql<boolean>`seen.at_entry is true`,
      readElsewhereSince: sql<boolean>`seen.elsewhere is true`,
    })
    .from(sessions)
    .leftJoin(subscriptions, eq(subscriptions.id, sessions.subscriptionId))
    .leftJoin(sql`lateral (${sql.raw(seenSince('sessions'))}) seen`, sql`true`)
    .where(eq(sessions.id, sessionId))
  return row!
}

export async function listQuotesOfSession(db: Db, sessionId: string, limit: number): Promise<QuoteRow[]> {
  return db.select().from(quotes).where(eq(quotes.sessionId, sessionId)).orderBy(desc(quotes.id)).limit(limit)
}

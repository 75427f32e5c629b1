import { desc, eq, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { adjustments, sessions, sites } from '../db/schema.ts'

/** SQL of what operators put on the price of a session, or took off it. */
export const adjustedMinor = (sessionId: string) =>
  `(select coalesce(sum(a.amount_minor), 0)::int from adjustments a where a.session_id = ${sessionId})`

export async function insertAdjustment(tx: Tx, adjustment: typeof adjustments.$inferInsert) {
  await tx.insert(adjustments).values(adjustment)
}

export async function listAdjustments(db: Db, sessionId: string) {
  return db
    .select({
      id: adjustments.id,
      sessionId: adjustments.sessionId,
      amountMinor: adjustments.amountMinor,
      currency: sites.currency,
      reason: adjustments.reason,
      at: adjustments.createdAt,
    })
    .from(adjustments)
    .innerJoin(sessions, eq(sessions.id, adjustments.sessionId))
    .innerJoin(sites, eq(sites.id, sessions.siteId))
    .where(eq(adjustments.sessionId, sessionId))
    .orderBy(desc(adjustments.id))
}

export async function findAdjusted(tx: Tx, sessionId: string): Promise<number> {
  const [row] = await tx
    .select({ sum: sql<number>`coalesce(sum(${adjustments.amountMinor}), 0)::int` })
    .from(adjustments)
    .where(eq(adjustments.sessionId, sessionId))
  return row!.sum
}

import { desc, eq } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { passages } from '../db/schema.ts'

/** Says whether the report was new: the same gate, instant and kind is a repeat. */
export async function insertPassageOnce(tx: Tx, passage: typeof passages.$inferInsert): Promise<boolean> {
  return (await tx.insert(passages).values(passage).onConflictDoNothing()).rowCount === 1
}

/** When the newest passages at a gate happened by its controller's clock, and were received by ours. */
export async function listNewestPassageTimes(tx: Tx, gateId: string, limit: number) {
  return tx
    .select({ occurredAt: passages.occurredAt, receivedAt: passages.receivedAt })
    .from(passages)
    .where(eq(passages.gateId, gateId))
    .orderBy(desc(passages.receivedAt))
    .limit(limit)
}

export async function listPassagesOfSession(db: Db, sessionId: string, limit: number) {
  return db
    .select()
    .from(passages)
    .where(eq(passages.sessionId, sessionId))
    .orderBy(desc(passages.occurredAt))
    .limit(limit)
}

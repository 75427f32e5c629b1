import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { commands } from '../db/schema.ts'

export type CommandRow = typeof commands.$inferSelect

export async function insertCommand(tx: Tx, command: typeof commands.$inferInsert): Promise<CommandRow> {
  return (await tx.insert(commands).values(command).returning())[0]!
}

/** The same for one that may be there already: a process that is cut off gave the same id to the same `open`. */
export async function insertCommandOnce(tx: Tx, command: typeof commands.$inferInsert) {
  await tx.insert(commands).values(command).onConflictDoNothing()
}

/** Commands that a listener of these gates must still hear of: streamed, without a result, not expired at `now`. */
export async function listPendingCommands(db: Db, gateIds: string[], now: Date): Promise<CommandRow[]> {
  return db
    .select()
    .from(commands)
    .where(
      and(
        inArray(commands.gateId, gateIds),
        isNull(commands.outcome),
        eq(commands.streamed, true),
        sql`${commands.expiresAt} > ${now}`,
      ),
    )
    .orderBy(commands.issuedAt)
}

export async function findCommand(db: Db, id: string): Promise<CommandRow | undefined> {
  return (await db.select().from(commands).where(eq(commands.id, id)))[0]
}

export async function lockCommand(tx: Tx, gateId: string, id: string): Promise<CommandRow | undefined> {
  return (
    await tx
      .select()
      .from(commands)
      .where(and(eq(commands.id, id), eq(commands.gateId, gateId)))
      .for('no key update')
  )[0]
}

/** The newest result wins only where there was none: callers hold the row's lock. */
export async function setCommandOutcome(
  tx: Tx,
  id: string,
  outcome: NonNullable<CommandRow['outcome']>,
  detail: string | null,
  now: Date,
) {
  await tx.update(commands).set({ outcome, outcomeAt: now, detail }).where(eq(commands.id, id))
}

/** Marks as `unknown` what nobody answered for: commands issued before `issuedBefore` that have expired by `now`. */
export async function giveUpOnCommands(tx: Tx, issuedBefore: Date, now: Date): Promise<CommandRow[]> {
  return tx
    .update(commands)
    .set({ outcome: 'unknown', outcomeAt: now, detail: 'no result was reported in time' })
    .where(
      sql`${commands.outcome} is null and ${commands.streamed} and ${commands.issuedAt} < ${issuedBefore} and ${commands.expiresAt} <= ${now}`,
    )
    .returning()
}

import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { commands, decisions } from '../db/schema.ts'

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

/** The newest commands that a stay's decisions gave, by which its index finds them, and those that a payment of it gave at their gates. */
export async function listCommandsOfSession(
  db: Db,
  { id, openedAt }: { id: string; openedAt: Date },
  paymentIds: string[],
  limit: number,
): Promise<CommandRow[]> {
  const its = db
    .select({ gateId: decisions.gateId, commandId: decisions.commandId })
    .from(decisions)
    .where(eq(decisions.sessionId, id))
    .as('its')
  const byDecision = inArray(commands.id, db.select({ id: its.commandId }).from(its))
  const byPayment = and(
    inArray(commands.gateId, db.select({ id: its.gateId }).from(its)),
    sql`${commands.issuedAt} >= ${openedAt}`,
    inArray(commands.paymentId, paymentIds),
  )
  const ofDecisions = db.select().from(commands).where(byDecision)
  const found = paymentIds.length === 0 ? ofDecisions : ofDecisions.union(db.select().from(commands).where(byPayment))
  return found.orderBy(desc(commands.issuedAt)).limit(limit)
}

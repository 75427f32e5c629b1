import { and, eq, sql } from 'drizzle-orm'
import type pg from 'pg'
import type { Tx } from '../db/client.ts'
import {
  commands,
  decisions,
  gatePasses,
  journalEntries,
  passages,
  plates,
  readKeys,
  reads,
  sessions,
} from '../db/schema.ts'
import type { Plate } from '../domain/plate.ts'
import { entitledUntil } from './entitlement.ts'
import { exitsSince } from './stay-evidence.ts'

/* What was decided without Postgres, written into it later, in the transaction of `change`. */

/** The ids of the row that stands for the vehicle and of the row with the text as written; made where there are none. */
export async function upsertReadPlates(
  tx: Tx,
  plate: Plate,
  newId: () => string,
): Promise<{ plateId: string; rawPlateId: string }> {
  const idOf = async (raw: string) => {
    await tx
      .insert(plates)
      .values({ ...plate, raw, id: newId() })
      .onConflictDoNothing()
    const [row] = await tx
      .select({ id: plates.id })
      .from(plates)
      .where(and(eq(plates.plate, plate.plate), eq(plates.raw, raw)))
    return row!.id
  }
  const plateId = await idOf(plate.plate)
  return { plateId, rawPlateId: plate.raw === plate.plate ? plateId : await idOf(plate.raw) }
}

/** What Postgres has of a camera's event, if anything: a write whose answer was lost has committed. */
export async function lockReadKey(tx: Tx, cameraId: string, eventId: string) {
  const [row] = await tx
    .select({
      readId: readKeys.readId,
      decisionId: readKeys.decisionId,
      disposition: reads.disposition,
      outcome: decisions.outcome,
      mode: decisions.mode,
      sessionId: decisions.sessionId,
      commandId: decisions.commandId,
    })
    .from(readKeys)
    .innerJoin(reads, eq(reads.id, readKeys.readId))
    .leftJoin(decisions, eq(decisions.id, readKeys.decisionId))
    .where(and(eq(readKeys.cameraId, cameraId), eq(readKeys.eventId, eventId)))
    .for('update', { of: readKeys })
  return row
}

/** From now on a repeat of the event gets the answer that was really given. */
export async function answerRepeatsWith(tx: Tx, cameraId: string, eventId: string, decisionId: string) {
  await tx
    .update(readKeys)
    .set({ decisionId, commandId: null })
    .where(and(eq(readKeys.cameraId, cameraId), eq(readKeys.eventId, eventId)))
}

export async function insertRead(tx: Tx, read: typeof reads.$inferInsert) {
  const { cameraId, eventId, id, decisionId, receivedAt } = read
  await tx.insert(readKeys).values({ cameraId, eventId, readId: id, decisionId: decisionId ?? null, receivedAt })
  await tx.insert(reads).values(read)
}

/** Says whether the decision was new: one that was brought in before is left as it is. */
export async function insertDecisionOnce(tx: Tx, decision: typeof decisions.$inferInsert): Promise<boolean> {
  return (await tx.insert(decisions).values(decision).onConflictDoNothing()).rowCount === 1
}

export async function hasDecision(tx: Tx, id: string): Promise<boolean> {
  return (await tx.select({ id: decisions.id }).from(decisions).where(eq(decisions.id, id))).length > 0
}

/** Makes the decision the newest pass of its gate, unless a later one is already. */
export async function setPassIfNewer(
  tx: Tx,
  gateId: string,
  pass: Omit<typeof gatePasses.$inferInsert, 'gateId'> & { decidedAt: Date },
) {
  await tx
    .update(gatePasses)
    .set({ ...pass, version: sql`${gatePasses.version} + 1` })
    .where(
      and(
        eq(gatePasses.gateId, gateId),
        sql`(${gatePasses.decidedAt} is null or ${gatePasses.decidedAt} <= ${pass.decidedAt})`,
      ),
    )
}

export async function insertSession(tx: Tx, session: typeof sessions.$inferInsert) {
  await tx.insert(sessions).values(session)
}

export async function lockOpenSession(tx: Tx, siteId: string, plateId: string) {
  const [row] = await tx
    .select()
    .from(sessions)
    .where(and(eq(sessions.siteId, siteId), eq(sessions.plateId, plateId), eq(sessions.state, 'open')))
    .for('no key update')
  return row
}

/** The first exit that let this vehicle out without a stay, after a decision: its entry was not known yet. */
export async function findExitWithoutSession(
  tx: Tx,
  siteId: string,
  plateId: string,
  after: { decisionId: string; at: Date },
) {
  const { rows } = await tx.execute<{ id: string; created_at: Date }>(sql`
    select x.* from (
      select ${siteId}::uuid as site_id, ${plateId}::uuid as plate_id, ${after.decisionId}::uuid as decision_id,
        ${after.at}::timestamptz as decided_at
    ) entry cross join lateral (${sql.raw(exitsSince('entry'))}) x order by x.id limit 1`)
  const row = rows[0]
  return row && { id: row.id, at: new Date(row.created_at) }
}

/** The subscription that covers a vehicle at a site at an instant, and whether its vehicles take no place there. */
export async function findCoverAt(tx: Tx, siteId: string, plateId: string, at: Date) {
  const entitled = sql`u.valid_from <= ${at}::timestamptz and coalesce(${sql.raw(entitledUntil('u'))}, 'infinity') > ${at}::timestamptz`
  const { rows } = await tx.execute<{ id: string; exempt: boolean }>(sql`
    select u.id, p.exempt_from_capacity as exempt
    from subscription_vehicles v
    join subscriptions u on u.id = v.subscription_id
    join subscription_sites x on x.subscription_id = u.id and x.site_id = ${siteId}::uuid
    join plans p on p.id = u.plan_id
    where v.plate_id = ${plateId}::uuid and ${entitled}
    order by exists (select from subscription_slots s where s.subscription_id = u.id and s.session_id is null) desc, u.id
    limit 1`)
  return rows[0]
}

/** Whether a vehicle drove through after a decision: a passage says so, or its `open` was executed or can still be. */
export async function wentThrough(tx: Tx, decisionId: string, commandId: string | null): Promise<boolean> {
  const passed = await tx
    .select({ id: passages.id })
    .from(passages)
    .where(and(eq(passages.decisionId, decisionId), eq(passages.kind, 'passed')))
  if (passed.length > 0) return true
  if (commandId === null) return false
  const [command] = await tx.select().from(commands).where(eq(commands.id, commandId))
  return command?.streamed === true && command.outcome !== 'failed'
}

export async function insertJournalEntries(tx: Tx, entries: (typeof journalEntries.$inferInsert)[]) {
  await tx.insert(journalEntries).values(entries).onConflictDoNothing()
}

/** As long as it matters that a number is missing: of a journal that has not grown for so long, only the last one is kept. */
export const journalsKeptMs = 90 * 24 * 60 * 60_000

/** Numbers below the highest of each device that never came. */
export async function countGaps(pool: pg.Pool, now: Date): Promise<number> {
  const { rows } = await pool.query({
    name: 'journal-gaps',
    text: `select coalesce(sum(highest - n - case when oldest < $1 then lowest - 1 else 0 end), 0)::int as gaps
      from (
        select max(sequence) as highest, min(sequence) as lowest, count(*) as n, min(brought_in_at) as oldest
        from journal_entries group by device_id
      ) d`,
    values: [new Date(now.getTime() - journalsKeptMs)],
  })
  return rows[0].gaps
}

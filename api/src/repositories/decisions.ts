import type { DecisionMode, Disposition, Outcome, ReasonCode } from '@turnpike/contracts/decision.ts'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '../db/client.ts'
import { decisions, gates, plates, quotes, reads } from '../db/schema.ts'
import type { StoredVerdict } from '../domain/replay.ts'
import { camerasOf, gatesOf, newestFirst, type Period } from './newest.ts'
import type { PageRequest } from './page.ts'

const rawPlates = alias(plates, 'raw_plates')
const matchedPlates = alias(plates, 'matched_plates')

const readColumns = {
  id: reads.id,
  eventId: reads.eventId,
  plateRaw: rawPlates.raw,
  plate: plates.plate,
  confidence: reads.confidence,
  capturedAt: reads.capturedAt,
  receivedAt: reads.receivedAt,
}

export type DecisionFilter = Period & {
  siteIds: string[]
  gateId?: string | undefined
  cameraId?: string | undefined
  sessionId?: string | undefined
  outcome?: Outcome | undefined
  reason?: ReasonCode | undefined
  mode?: DecisionMode | undefined
  plateIds?: string[] | undefined
}

// A site's decisions are those of its gates: one index less to write for every car.
const byGate = newestFirst({ table: decisions, owner: decisions.gateId, at: decisions.createdAt, id: decisions.id })

const columns = {
  id: decisions.id,
  siteId: decisions.siteId,
  gateId: decisions.gateId,
  cameraId: decisions.cameraId,
  outcome: decisions.outcome,
  reason: decisions.reason,
  mode: decisions.mode,
  read: readColumns,
  matchedPlate: matchedPlates.plate,
  sessionId: decisions.sessionId,
  createdAt: decisions.createdAt,
}

export async function listDecisions(
  db: Db,
  { siteIds, gateId, plateIds, since, until, ...fields }: DecisionFilter,
  page: PageRequest,
) {
  return db
    .select({ ...columns, micros: byGate.micros })
    .from(decisions)
    .innerJoin(reads, eq(reads.id, decisions.readId))
    .innerJoin(plates, eq(plates.id, reads.plateId))
    .innerJoin(rawPlates, eq(rawPlates.id, reads.rawPlateId))
    .leftJoin(matchedPlates, eq(matchedPlates.id, decisions.matchedPlateId))
    .where(
      byGate.where({
        owners: gatesOf(siteIds, gateId),
        vehicles: plateIds && { plate: decisions.plateId, ids: plateIds },
        fields,
        period: { since, until },
        page,
      }),
    )
    .orderBy(...byGate.order)
    .limit(page.limit + 1)
}

/** The newest decisions about a stay. */
export async function listDecisionsOfSession(db: Db, sessionId: string, limit: number) {
  return db
    .select({ ...columns, commandId: decisions.commandId })
    .from(decisions)
    .innerJoin(reads, eq(reads.id, decisions.readId))
    .innerJoin(plates, eq(plates.id, reads.plateId))
    .innerJoin(rawPlates, eq(rawPlates.id, reads.rawPlateId))
    .leftJoin(matchedPlates, eq(matchedPlates.id, decisions.matchedPlateId))
    .where(eq(decisions.sessionId, sessionId))
    .orderBy(desc(decisions.id))
    .limit(limit)
}

/** A decision with what it was made from. */
export async function findDecision(db: Db, id: string) {
  const [row] = await db
    .select({
      ...columns,
      facts: decisions.facts,
      rulesVersion: decisions.rulesVersion,
      quoteId: decisions.quoteId,
      commandId: decisions.commandId,
    })
    .from(decisions)
    .innerJoin(reads, eq(reads.id, decisions.readId))
    .innerJoin(plates, eq(plates.id, reads.plateId))
    .innerJoin(rawPlates, eq(rawPlates.id, reads.rawPlateId))
    .leftJoin(matchedPlates, eq(matchedPlates.id, decisions.matchedPlateId))
    .where(eq(decisions.id, id))
  return row
}

/** A decision at an exit that knew of no stay: where and when it was. */
export async function findUnmatchedExit(db: Db, id: string) {
  const [row] = await db
    .select({ siteId: decisions.siteId, at: decisions.createdAt })
    .from(decisions)
    .innerJoin(gates, eq(gates.id, decisions.gateId))
    .where(and(eq(decisions.id, id), eq(gates.direction, 'exit'), isNull(decisions.sessionId)))
  return row
}

/**
 * When the vehicle of a stay that is over was let out. That it has left may have shown only later, when the next one stood there: then
 * the stay ended.
 */
export async function findLetOutAt(
  db: Db,
  { exitDecisionId, closedAt }: { exitDecisionId: string | null; closedAt: Date },
): Promise<Date> {
  if (exitDecisionId === null) return closedAt
  const [exit] = await db.select({ at: decisions.createdAt }).from(decisions).where(eq(decisions.id, exitDecisionId))
  return exit !== undefined && exit.at < closedAt ? exit.at : closedAt
}

/** What was decided, and what it was made from: enough to decide it again. */
export async function findVerdict(db: Db, id: string) {
  const [row] = await db
    .select({ decision: decisions, quotedMinor: quotes.amountMinor })
    .from(decisions)
    .leftJoin(quotes, eq(quotes.id, decisions.quoteId))
    .where(eq(decisions.id, id))
  if (row === undefined) return undefined
  const { outcome, reason, mode, sessionId, createdAt, facts, rulesVersion } = row.decision
  const stored: StoredVerdict = {
    outcome,
    reason: reason as ReasonCode,
    mode,
    sessionId,
    quotedMinor: row.quotedMinor,
  }
  return { at: createdAt, facts, rulesVersion, stored }
}

export type ReadFilter = Period & {
  siteIds: string[]
  gateId?: string | undefined
  cameraId?: string | undefined
  disposition?: Disposition | undefined
}

const byCamera = newestFirst({ table: reads, owner: reads.cameraId, at: reads.receivedAt, id: reads.id })

export async function listReads(
  db: Db,
  { siteIds, gateId, cameraId, since, until, ...fields }: ReadFilter,
  page: PageRequest,
) {
  return db
    .select({
      ...readColumns,
      cameraId: reads.cameraId,
      gateId: reads.gateId,
      siteId: reads.siteId,
      disposition: reads.disposition,
      decisionId: reads.decisionId,
      micros: byCamera.micros,
    })
    .from(reads)
    .innerJoin(plates, eq(plates.id, reads.plateId))
    .innerJoin(rawPlates, eq(rawPlates.id, reads.rawPlateId))
    .where(
      byCamera.where({
        owners: camerasOf(siteIds, gateId, cameraId),
        fields,
        period: { since, until },
        page,
      }),
    )
    .orderBy(...byCamera.order)
    .limit(page.limit + 1)
}

/**
 * The newest reads that the decisions about a stay were made from, and those that were taken for the same vehicle then. They are
 * looked for around the decision at its camera, which an index has; there is none by decision.
 */
export async function listReadsOfSession(db: Db, sessionId: string, limit: number) {
  return db
    .select({
      ...readColumns,
      cameraId: reads.cameraId,
      gateId: reads.gateId,
      siteId: reads.siteId,
      disposition: reads.disposition,
      decisionId: reads.decisionId,
    })
    .from(decisions)
    .innerJoin(
      reads,
      and(
        eq(reads.decisionId, decisions.id),
        eq(reads.cameraId, decisions.cameraId),
        sql`${reads.receivedAt} between ${decisions.createdAt} - interval '5 minutes' and ${decisions.createdAt} + interval '5 minutes'`,
      ),
    )
    .innerJoin(plates, eq(plates.id, reads.plateId))
    .innerJoin(rawPlates, eq(rawPlates.id, reads.rawPlateId))
    .where(eq(decisions.sessionId, sessionId))
    .orderBy(desc(reads.id))
    .limit(limit)
}

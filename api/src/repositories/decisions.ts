import type { ReasonCode } from '@turnpike/contracts/decision.ts'
import { and, desc, eq, gte, inArray, lt } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '../db/client.ts'
import { decisions, plates, quotes, reads } from '../db/schema.ts'
import type { StoredVerdict } from '../domain/replay.ts'
import { afterId, type PageRequest } from './page.ts'

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

export type DecisionFilter = {
  siteIds: string[]
  gateId?: string | undefined
  cameraId?: string | undefined
  plate?: string | undefined
  since?: Date | undefined
}

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

export async function listDecisions(db: Db, filter: DecisionFilter, page: PageRequest) {
  const after = afterId(page)
  return db
    .select(columns)
    .from(decisions)
    .innerJoin(reads, eq(reads.id, decisions.readId))
    .innerJoin(plates, eq(plates.id, reads.plateId))
    .innerJoin(rawPlates, eq(rawPlates.id, reads.rawPlateId))
    .leftJoin(matchedPlates, eq(matchedPlates.id, decisions.matchedPlateId))
    .where(
      and(
        inArray(decisions.siteId, filter.siteIds),
        filter.gateId === undefined ? undefined : eq(decisions.gateId, filter.gateId),
        filter.cameraId === undefined ? undefined : eq(decisions.cameraId, filter.cameraId),
        filter.plate === undefined ? undefined : eq(plates.plate, filter.plate),
        filter.since === undefined ? undefined : gte(decisions.createdAt, filter.since),
        after ? lt(decisions.id, after) : undefined,
      ),
    )
    .orderBy(desc(decisions.id))
    .limit(page.limit + 1)
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

export async function listReads(
  db: Db,
  filter: { siteIds: string[]; cameraId?: string | undefined },
  page: PageRequest,
) {
  const after = afterId(page)
  return db
    .select({
      ...readColumns,
      cameraId: reads.cameraId,
      gateId: reads.gateId,
      siteId: reads.siteId,
      disposition: reads.disposition,
      decisionId: reads.decisionId,
    })
    .from(reads)
    .innerJoin(plates, eq(plates.id, reads.plateId))
    .innerJoin(rawPlates, eq(rawPlates.id, reads.rawPlateId))
    .where(
      and(
        inArray(reads.siteId, filter.siteIds),
        filter.cameraId === undefined ? undefined : eq(reads.cameraId, filter.cameraId),
        after ? lt(reads.id, after) : undefined,
      ),
    )
    .orderBy(desc(reads.id))
    .limit(page.limit + 1)
}

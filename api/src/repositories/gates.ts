import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { cameras, gatePasses, gates, reads, sites } from '../db/schema.ts'

export type GateRow = typeof gates.$inferSelect
export type PassRow = typeof gatePasses.$inferSelect

export async function findGate(db: Db, id: string): Promise<GateRow | undefined> {
  return (await db.select().from(gates).where(eq(gates.id, id)))[0]
}

/** Locks the gate and its newest pass until the transaction ends: always before any session, as the decision does. */
export async function lockGate(tx: Tx, id: string): Promise<{ gate: GateRow; pass: PassRow } | undefined> {
  const [gate] = await tx.select().from(gates).where(eq(gates.id, id)).for('no key update')
  if (gate === undefined) return undefined
  const [pass] = await tx.select().from(gatePasses).where(eq(gatePasses.gateId, id)).for('no key update')
  return { gate, pass: pass! }
}

export async function setBarrierMode(tx: Tx, id: string, barrierMode: GateRow['barrierMode'], holdUntil: Date | null) {
  await tx
    .update(gates)
    .set({ barrierMode, holdUntil, version: sql`${gates.version} + 1` })
    .where(eq(gates.id, id))
}

/** Gates whose hold or block has run out at `now`: they are back to normal, whatever happened to the release. */
export async function endExpiredHolds(tx: Tx, now: Date): Promise<GateRow[]> {
  return tx
    .update(gates)
    .set({ barrierMode: 'normal', holdUntil: null, version: sql`${gates.version} + 1` })
    .where(sql`${gates.barrierMode} <> 'normal' and ${gates.holdUntil} <= ${now}`)
    .returning()
}

/** The version stays: what a barrier reports must not make an operator's edit stale. */
export async function setObservedState(
  tx: Tx,
  id: string,
  state: NonNullable<GateRow['observedState']>,
  loopOccupied: boolean | undefined,
  now: Date,
) {
  await tx
    .update(gates)
    .set({
      observedState: state,
      observedAt: now,
      ...(loopOccupied === undefined ? {} : { loopOccupied }),
    })
    .where(eq(gates.id, id))
}

/** Says that the newest pass has an `open` now, or that its vehicle has moved on: what was decided before must be looked at anew. */
export async function updatePass(tx: Tx, gateId: string, set: { commandId?: string; passageAt?: Date }) {
  await tx
    .update(gatePasses)
    .set({ ...set, version: sql`${gatePasses.version} + 1` })
    .where(eq(gatePasses.gateId, gateId))
}

export async function listSites(db: Db, siteIds: string[]) {
  return db.select().from(sites).where(inArray(sites.id, siteIds)).orderBy(sites.name)
}

export async function listGates(db: Db, siteIds: string[]): Promise<GateRow[]> {
  return db.select().from(gates).where(inArray(gates.siteId, siteIds)).orderBy(gates.siteId, gates.name)
}

export async function listCameras(db: Db, siteIds: string[]) {
  const lastSeenAt = sql<Date | null>`(select ${reads.receivedAt} from ${reads} where ${reads.cameraId} = ${cameras.id} order by ${reads.id} desc limit 1)`
  return db
    .select({
      id: cameras.id,
      gateId: cameras.gateId,
      siteId: gates.siteId,
      name: cameras.name,
      format: cameras.format,
      lastSeenAt: lastSeenAt.mapWith(reads.receivedAt),
    })
    .from(cameras)
    .innerJoin(gates, eq(gates.id, cameras.gateId))
    .where(and(inArray(gates.siteId, siteIds), sql`${cameras.revokedAt} is null`))
    .orderBy(gates.siteId, cameras.name)
}

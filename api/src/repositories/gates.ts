import { and, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { gatePasses, gates } from '../db/schema.ts'
import { afterId, type PageRequest } from './page.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

export type GateRow = typeof gates.$inferSelect
export type PassRow = typeof gatePasses.$inferSelect

export async function findGate(db: Db, id: string): Promise<GateRow | undefined> {
  return (await db.select().from(gates).where(eq(gates.id, id)))[0]
}

export const lockGateRow = locking(gates, findGate)

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

export type PlaceFilter = { siteIds: string[]; retired: boolean }

export async function listGates(db: Db, { siteIds, retired }: PlaceFilter, page: PageRequest): Promise<GateRow[]> {
  const after = afterId(page)
  const state = retired ? isNotNull(gates.retiredAt) : isNull(gates.retiredAt)
  return db
    .select()
    .from(gates)
    .where(and(inArray(gates.siteId, siteIds), state, after ? lt(gates.id, after) : undefined))
    .orderBy(desc(gates.id))
    .limit(page.limit + 1)
}

/** A gate never is without the row of its newest pass, which its reads take turns on. */
export async function insertGate(tx: Tx, gate: typeof gates.$inferInsert) {
  await tx.insert(gates).values(gate)
  await tx.insert(gatePasses).values({ gateId: gate.id })
}

export async function updateGate(tx: Tx, id: string, set: Changes<typeof gates>) {
  await updateVersioned(tx, gates, id, set)
}

import type { AlertKind, AlertState } from '@turnpike/contracts/live-documents.ts'
import { and, eq, getTableColumns, ne, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { alerts } from '../db/schema.ts'
import { newestFirst, type Period, uuids } from './newest.ts'
import type { PageRequest } from './page.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

export type AlertRow = typeof alerts.$inferSelect
type NewAlert = Omit<typeof alerts.$inferInsert, 'state' | 'version' | 'kind'> & { kind: AlertKind }

/** Returns the id; undefined when there is an unresolved one of this kind about this subject already. */
export async function raiseAlertOnce(tx: Tx, alert: NewAlert): Promise<string | undefined> {
  return (await tx.insert(alerts).values(alert).onConflictDoNothing().returning({ id: alerts.id }))[0]?.id
}

/** Says of the unresolved alert of this kind about this subject that its cause is gone; undefined when there was none. */
export async function resolveAlert(tx: Tx, kind: AlertKind, subjectId: string, now: Date): Promise<string | undefined> {
  const [resolved] = await tx
    .update(alerts)
    .set({ state: 'resolved', resolvedAt: now, version: sql`${alerts.version} + 1` })
    .where(and(eq(alerts.kind, kind), eq(alerts.subjectId, subjectId), ne(alerts.state, 'resolved')))
    .returning({ id: alerts.id })
  return resolved?.id
}

export async function findAlert(db: Db, id: string): Promise<AlertRow | undefined> {
  return (await db.select().from(alerts).where(eq(alerts.id, id)))[0]
}

export const lockAlert = locking(alerts, findAlert)

export type AlertFilter = Period & {
  siteIds: string[]
  gateId?: string | undefined
  kind?: AlertKind | undefined
  state?: AlertState | undefined
}

const bySite = newestFirst({ table: alerts, owner: alerts.siteId, at: alerts.raisedAt, id: alerts.id })

export async function listAlerts(db: Db, { siteIds, since, until, ...fields }: AlertFilter, page: PageRequest) {
  return db
    .select({ ...getTableColumns(alerts), micros: bySite.micros })
    .from(alerts)
    .where(bySite.where({ owners: uuids(siteIds), fields, period: { since, until }, page }))
    .orderBy(...bySite.order)
    .limit(page.limit + 1)
}

export async function updateAlert(tx: Tx, id: string, set: Changes<typeof alerts>) {
  await updateVersioned(tx, alerts, id, set)
}

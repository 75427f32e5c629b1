import type { AlertKind, AlertState } from '@turnpike/contracts/live-documents.ts'
import { eq, getTableColumns } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { alerts } from '../db/schema.ts'
import { newestFirst, type Period, uuids } from './newest.ts'
import type { PageRequest } from './page.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

export type AlertRow = typeof alerts.$inferSelect

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

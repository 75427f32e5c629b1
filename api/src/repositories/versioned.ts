import { eq, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import type { alerts, blacklistEntries, cameras, gates, operators, plans, sites, subscriptions } from '../db/schema.ts'

type Table =
  | typeof alerts
  | typeof sites
  | typeof gates
  | typeof cameras
  | typeof plans
  | typeof subscriptions
  | typeof blacklistEntries
  | typeof operators

/** Columns to set; those that are undefined stay as they are. */
export type Changes<T extends Table> = { [K in keyof T['$inferInsert']]?: T['$inferInsert'][K] | undefined }

/** Finds a row as `find` does, locked until the transaction ends: read after the lock, so it is the newest there is. */
export function locking<Row>(table: Table, find: (db: Db, id: string) => Promise<Row | undefined>) {
  return async (tx: Tx, id: string): Promise<Row | undefined> => {
    await tx.select({ id: table.id }).from(table).where(eq(table.id, id)).for('no key update')
    return find(tx, id)
  }
}

/** Changes a row that the caller has locked. Its version grows even where only what belongs to it has changed. */
export async function updateVersioned<T extends Table>(tx: Tx, table: T, id: string, set: Changes<T>) {
  await tx
    .update(table)
    .set({ ...set, version: sql`${table.version} + 1` } as never)
    .where(eq(table.id, id))
}

import type { Tx } from '../db/client.ts'
import { alerts } from '../db/schema.ts'

/** Raises an alert, unless one of this kind about the same thing is not resolved yet; says whether it did. */
export async function raiseAlert(tx: Tx, alert: typeof alerts.$inferInsert): Promise<boolean> {
  return (await tx.insert(alerts).values(alert).onConflictDoNothing()).rowCount === 1
}

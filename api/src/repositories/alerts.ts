import type { AlertKind } from '@turnpike/contracts/live-documents.ts'
import type { Tx } from '../db/client.ts'
import { alerts } from '../db/schema.ts'

type NewAlert = Omit<typeof alerts.$inferInsert, 'state' | 'version' | 'kind'> & { kind: AlertKind }

/** Returns the id; undefined when there is an unresolved one of this kind about this subject already. */
export async function raiseAlertOnce(tx: Tx, alert: NewAlert): Promise<string | undefined> {
  return (await tx.insert(alerts).values(alert).onConflictDoNothing().returning({ id: alerts.id }))[0]?.id
}

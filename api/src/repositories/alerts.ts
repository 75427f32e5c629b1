import type { AlertKind } from '@turnpike/contracts/live-documents.ts'
import { and, eq, ne, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { alerts } from '../db/schema.ts'

type NewAlert = Omit<typeof alerts.$inferInsert, 'state' | 'version' | 'kind'> & { kind: AlertKind }

/** Returns the id; undefined when there is an unresolved one of this kind about this subject already. */
export async function raiseAlertOnce(tx: Tx, alert: NewAlert): Promise<string | undefined> {
  return (await tx.insert(alerts).values(alert).onConflictDoNothing().returning({ id: alerts.id }))[0]?.id
}

/** Says of the unresolved alert of this kind about this subject that its cause is gone; undefined when there was none. */
export async function resolveAlert(tx: Tx, kind: AlertKind, subjectId: string): Promise<string | undefined> {
  const [resolved] = await tx
    .update(alerts)
    .set({ state: 'resolved', version: sql`${alerts.version} + 1` })
    .where(and(eq(alerts.kind, kind), eq(alerts.subjectId, subjectId), ne(alerts.state, 'resolved')))
    .returning({ id: alerts.id })
  return resolved?.id
}

import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { eq, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { reconcileCursors } from '../db/schema.ts'

/** From when on a provider was not asked yet what it told; undefined: never. */
export async function findCursor(db: Db, provider: ProviderName): Promise<Date | undefined> {
  const [row] = await db.select().from(reconcileCursors).where(eq(reconcileCursors.provider, provider))
  return row?.since
}

/** Never back: of two runs at once the further one counts. */
export async function moveCursor(tx: Tx, provider: ProviderName, since: Date) {
  await tx
    .insert(reconcileCursors)
    .values({ provider, since })
    .onConflictDoUpdate({
      target: reconcileCursors.provider,
      set: { since: sql`greatest(${reconcileCursors.since}, excluded.since)` },
    })
}

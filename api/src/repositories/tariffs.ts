import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { tariffs } from '../db/schema.ts'
import { afterId, type PageRequest } from './page.ts'

/** Revisions are never changed, so every one stays at its first version. */
export type TariffRow = typeof tariffs.$inferSelect & { version: number }

const first = (row: typeof tariffs.$inferSelect): TariffRow => ({ ...row, version: 1 })

export async function findTariffById(db: Db, id: string): Promise<TariffRow | undefined> {
  const [row] = await db.select().from(tariffs).where(eq(tariffs.id, id))
  return row && first(row)
}

export async function listTariffs(db: Db, siteIds: string[], page: PageRequest): Promise<TariffRow[]> {
  const after = afterId(page)
  const rows = await db
    .select()
    .from(tariffs)
    .where(and(inArray(tariffs.siteId, siteIds), after ? lt(tariffs.id, after) : undefined))
    .orderBy(desc(tariffs.id))
    .limit(page.limit + 1)
  return rows.map(first)
}

/** Adds the next revision of a site. The caller holds the site's lock, so that two do not take the same number. */
export async function insertTariff(tx: Tx, tariff: Omit<typeof tariffs.$inferInsert, 'revision'>) {
  const next = sql`(select coalesce(max(revision), 0) + 1 from tariffs where site_id = ${tariff.siteId}::uuid)`
  await tx.insert(tariffs).values({ ...tariff, revision: next as never })
}

import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { sites } from '../db/schema.ts'
import { afterId, type PageRequest } from './page.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

export type SiteRow = typeof sites.$inferSelect

export async function findSite(db: Db, id: string): Promise<SiteRow | undefined> {
  return (await db.select().from(sites).where(eq(sites.id, id)))[0]
}

export const lockSite = locking(sites, findSite)

export async function listSites(db: Db, siteIds: string[], page: PageRequest): Promise<SiteRow[]> {
  const after = afterId(page)
  return db
    .select()
    .from(sites)
    .where(and(inArray(sites.id, siteIds), after ? lt(sites.id, after) : undefined))
    .orderBy(desc(sites.id))
    .limit(page.limit + 1)
}

export async function insertSite(tx: Tx, site: typeof sites.$inferInsert) {
  await tx.insert(sites).values(site)
}

export async function updateSite(tx: Tx, id: string, set: Changes<typeof sites>) {
  await updateVersioned(tx, sites, id, set)
}

/** The one that was made first. */
export async function findFirstSite(db: Db): Promise<SiteRow | undefined> {
  return (await db.select().from(sites).orderBy(sites.createdAt, sites.id).limit(1))[0]
}

export async function listSiteNames(db: Db, ids: string[]): Promise<{ id: string; name: string; timeZone: string }[]> {
  return db
    .select({ id: sites.id, name: sites.name, timeZone: sites.timeZone })
    .from(sites)
    .where(inArray(sites.id, ids))
    .orderBy(sites.name)
}

export async function listCurrencies(db: Db, ids: string[]): Promise<string[]> {
  const rows = await db.selectDistinct({ currency: sites.currency }).from(sites).where(inArray(sites.id, ids))
  return rows.map(({ currency }) => currency)
}

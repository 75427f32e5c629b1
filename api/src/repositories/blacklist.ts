import type { ValidityState } from '@turnpike/contracts/values.ts'
import { and, desc, eq, inArray, isNull, lt, or } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { blacklistEntries, plates } from '../db/schema.ts'
import { afterId, type PageRequest } from './page.ts'
import { inState } from './validity.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

export type BlacklistRow = typeof blacklistEntries.$inferSelect & { plate: string | null }

const columns = { entry: blacklistEntries, plate: plates.plate }

export async function findBlacklistEntry(db: Db, id: string): Promise<BlacklistRow | undefined> {
  const [row] = await db
    .select(columns)
    .from(blacklistEntries)
    .innerJoin(plates, eq(plates.id, blacklistEntries.plateId))
    .where(eq(blacklistEntries.id, id))
  return row && { ...row.entry, plate: row.plate }
}

export const lockBlacklistEntry = locking(blacklistEntries, findBlacklistEntry)

/** Entries of the sites and those of all sites, which count there too. */
export async function listBlacklist(
  db: Db,
  filter: { siteIds: string[]; state: ValidityState | undefined; plateIds: string[] | undefined; now: Date },
  page: PageRequest,
): Promise<BlacklistRow[]> {
  const after = afterId(page)
  const rows = await db
    .select(columns)
    .from(blacklistEntries)
    .innerJoin(plates, eq(plates.id, blacklistEntries.plateId))
    .where(
      and(
        or(isNull(blacklistEntries.siteId), inArray(blacklistEntries.siteId, filter.siteIds)),
        inState(blacklistEntries, filter.state, filter.now),
        filter.plateIds === undefined ? undefined : inArray(blacklistEntries.plateId, filter.plateIds),
        after ? lt(blacklistEntries.id, after) : undefined,
      ),
    )
    .orderBy(desc(blacklistEntries.id))
    .limit(page.limit + 1)
  return rows.map((row) => ({ ...row.entry, plate: row.plate }))
}

export async function insertBlacklistEntry(tx: Tx, entry: typeof blacklistEntries.$inferInsert) {
  await tx.insert(blacklistEntries).values(entry)
}

export async function updateBlacklistEntry(tx: Tx, id: string, set: Changes<typeof blacklistEntries>) {
  await updateVersioned(tx, blacklistEntries, id, set)
}

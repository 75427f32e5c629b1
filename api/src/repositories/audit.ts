import type { ActorKind } from '@turnpike/contracts/audit.ts'
import { and, desc, eq, getTableColumns } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { auditEntries } from '../db/schema.ts'
import { newestFirst, type Period, uuids } from './newest.ts'
import type { PageRequest } from './page.ts'

export type AuditFilter = Period & {
  siteIds: string[]
  /** Entries of several sites or of none too. */
  andOfNoSite: boolean
  actorKind?: ActorKind | undefined
  actorId?: string | undefined
  action?: string | undefined
  subjectKind?: string | undefined
  subjectId?: string | undefined
}

const bySite = newestFirst({
  table: auditEntries,
  owner: auditEntries.siteId,
  at: auditEntries.at,
  id: auditEntries.id,
})

export async function listAudit(
  db: Db,
  { siteIds, andOfNoSite, since, until, ...fields }: AuditFilter,
  page: PageRequest,
) {
  return db
    .select({ ...getTableColumns(auditEntries), micros: bySite.micros })
    .from(auditEntries)
    .where(
      bySite.where({
        owners: uuids(siteIds),
        orOwnerless: andOfNoSite,
        fields,
        period: { since, until },
        page,
      }),
    )
    .orderBy(...bySite.order)
    .limit(page.limit + 1)
}

export async function findAuditEntry(db: Db, id: number) {
  return (await db.select().from(auditEntries).where(eq(auditEntries.id, id)))[0]
}

/** The newest entries about one thing. */
export async function listAuditOfSubject(db: Db, subjectKind: string, subjectId: string, limit: number) {
  return db
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.subjectKind, subjectKind), eq(auditEntries.subjectId, subjectId)))
    .orderBy(desc(auditEntries.id))
    .limit(limit)
}

import type { ActorKind } from '@turnpike/contracts/audit.ts'
import { and, desc, eq, inArray, isNull, lt, or } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { auditEntries } from '../db/schema.ts'
import { afterNumber, type PageRequest } from './page.ts'

export type AuditFilter = {
  siteIds: string[]
  /** Entries of several sites or of none too. */
  andOfNoSite: boolean
  actorKind?: ActorKind | undefined
  actorId?: string | undefined
  action?: string | undefined
  subjectKind?: string | undefined
  subjectId?: string | undefined
}

export async function listAudit(db: Db, { siteIds, andOfNoSite, ...fields }: AuditFilter, page: PageRequest) {
  const after = afterNumber(page)
  const ofSites = inArray(auditEntries.siteId, siteIds)
  const asked = Object.entries(fields) as [keyof typeof fields, string | undefined][]
  return db
    .select()
    .from(auditEntries)
    .where(
      and(
        andOfNoSite ? or(ofSites, isNull(auditEntries.siteId)) : ofSites,
        ...asked.map(([field, value]) => (value === undefined ? undefined : eq(auditEntries[field], value))),
        after ? lt(auditEntries.id, after) : undefined,
      ),
    )
    .orderBy(desc(auditEntries.id))
    .limit(page.limit + 1)
}

export async function findAuditEntry(db: Db, id: number) {
  return (await db.select().from(auditEntries).where(eq(auditEntries.id, id)))[0]
}

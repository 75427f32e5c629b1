import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { auditEntries } from '../db/schema.ts'
import { type PageRequest, readCursor } from './page.ts'

export type AuditFilter = { siteIds: string[]; subjectId?: string | undefined }

export async function listAudit(db: Db, filter: AuditFilter, page: PageRequest) {
  const after = readCursor(page.cursor, 'number')
  return db
    .select()
    .from(auditEntries)
    .where(
      and(
        inArray(auditEntries.siteId, filter.siteIds),
        filter.subjectId === undefined ? undefined : eq(auditEntries.subjectId, filter.subjectId),
        after ? lt(auditEntries.id, Number(after)) : undefined,
      ),
    )
    .orderBy(desc(auditEntries.id))
    .limit(page.limit + 1)
}

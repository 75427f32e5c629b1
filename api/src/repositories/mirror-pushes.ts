import { sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { byImportance, type Subject } from './mirror-marks.ts'

/** `data` is null for a document that is gone: Firestore shall lose it. `isNew`: no version of it is known to have arrived. */
export type DocumentToPush = Subject & {
  path: string
  version: number
  data: Record<string, unknown> | null
  isNew: boolean
}

/**
 * Documents that Firestore has not got yet: operators' rights first, then what screens follow, so that no backlog of the rest
 * keeps them from being live, and of each the oldest. A site's summary waits until its last push
 * is a second old, and a document that was not taken waits until it is due again.
 */
export async function listDocumentsToPush(db: Db, now: Date, limit: number): Promise<DocumentToPush[]> {
  const { rows } = await db.execute<Omit<DocumentToPush, 'version'> & { version: string }>(sql`
    select kind, subject_id as "subjectId", path, version, data, pushed_version = 0 as "isNew" from mirror_documents
    where pushed_version < version and path is not null and (push_due_at is null or push_due_at <= ${now})
      and (kind <> 'site' or pushed_at is null or pushed_at <= ${now}::timestamptz - interval '1 second')
    order by ${byImportance}, written_at
    limit ${limit}`)
  return rows.map((row) => ({ ...row, version: Number(row.version) }))
}

/** Remembers what Firestore has; it never has less than before. */
export async function markPushed(db: Db, pushed: DocumentToPush[], now: Date): Promise<void> {
  await updateInOrder(
    db,
    pushed,
    sql`
    pushed_version = greatest(d.pushed_version, n.version), pushed_at = ${now}::timestamptz, push_failures = 0, push_due_at = null`,
  )
}

/** Lets versions that Firestore did not take wait: 1 s, then 2, 4, … at most five minutes. A newer version is due at once. */
export async function postponePushes(db: Db, failed: DocumentToPush[], now: Date): Promise<void> {
  await updateInOrder(
    db,
    failed,
    sql`
    push_failures = d.push_failures + 1,
    push_due_at = case when d.version = n.version
      then ${now}::timestamptz + least(2 ^ least(d.push_failures, 9), 300) * interval '1 second' end`,
  )
}

// Rows are locked in the order in which marks are written: in any other, the two loops of a relay would wait for each other.
async function updateInOrder(db: Db, documents: DocumentToPush[], assignments: ReturnType<typeof sql>): Promise<void> {
  if (documents.length === 0) return
  const keys = documents.map(({ kind, subjectId, version }) => ({ kind, subjectId, version }))
  await db.execute(sql`
    with n as materialized (
      select d.kind, d.subject_id, n.version
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as n(kind mirror_kind, "subjectId" uuid, version bigint)
      join mirror_documents d on (d.kind, d.subject_id) = (n.kind, n."subjectId")
      order by d.kind, d.subject_id for update of d
    )
    update mirror_documents d set ${assignments} from n where (d.kind, d.subject_id) = (n.kind, n.subject_id)`)
}

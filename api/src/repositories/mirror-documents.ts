import { and, eq, gt, inArray, or, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { mirrorDocuments } from '../db/schema.ts'
import type { Subject } from './mirror-marks.ts'

export type MirrorDocument = { path: string; siteId: string | null; data: Record<string, unknown> }
/** `data` is null for a document that is gone. */
export type LiveDocument = Omit<MirrorDocument, 'data'> & { version: number; data: MirrorDocument['data'] | null }

const columns = {
  path: mirrorDocuments.path,
  siteId: mirrorDocuments.siteId,
  version: mirrorDocuments.version,
  data: mirrorDocuments.data,
}

/** What an operator's screens follow: his sites with their gates, and his own rights. The rest they ask the API for, page by page. */
export async function listLiveDocuments(db: Db, operatorPath: string, siteIds: string[]): Promise<LiveDocument[]> {
  const rows = await db
    .select(columns)
    .from(mirrorDocuments)
    .where(
      or(
        eq(mirrorDocuments.path, operatorPath),
        and(inArray(mirrorDocuments.siteId, siteIds), inArray(mirrorDocuments.kind, ['site', 'gate'])),
      ),
    )
  return rows.filter(hasPath).filter(({ data }) => data !== null)
}

/** Documents written since `since`, of any site, and those that are gone since. The caller keeps what its listeners may see and have not seen. */
export async function listWrittenSince(db: Db, since: Date): Promise<LiveDocument[]> {
  const rows = await db.select(columns).from(mirrorDocuments).where(gt(mirrorDocuments.writtenAt, since))
  return rows.filter(hasPath)
}

function hasPath<T extends { path: string | null }>(row: T): row is T & { path: string } {
  return row.path !== null
}

/** A document as it is stored; `data` and `path` are null for one that was never written. */
export type LockedDocument = Subject & {
  path: string | null
  siteId: string | null
  version: number
  data: MirrorDocument['data'] | null
  writtenAt: Date
}

/**
 * Locks the documents' rows until the transaction ends, making those that are missing. The state is read after this, so a higher
 * version never holds older state. Subjects come in one order, so that two relays cannot wait for each other.
 */
export async function lockDocuments(tx: Tx, subjects: Subject[], now: Date): Promise<Map<string, LockedDocument>> {
  const rows = await tx
    .insert(mirrorDocuments)
    .values(subjects.map((subject) => ({ ...subject, version: 0, writtenAt: now })))
    .onConflictDoUpdate({
      target: [mirrorDocuments.kind, mirrorDocuments.subjectId],
      set: { version: sql`${mirrorDocuments.version}` },
    })
    .returning({
      ...columns,
      kind: mirrorDocuments.kind,
      subjectId: mirrorDocuments.subjectId,
      writtenAt: mirrorDocuments.writtenAt,
    })
  return new Map(rows.map((row) => [`${row.kind}/${row.subjectId}`, row as LockedDocument]))
}

export type VersionedDocument = Subject & MirrorDocument & { version: number }

/**
 * Stores whole documents in rows that `lockDocuments` locked. A path belongs to the subject that has it now: whoever had it
 * before loses it, and a path that a subject left is kept as a document that is gone, so that Firestore loses it, too.
 */
export async function storeDocuments(tx: Tx, documents: VersionedDocument[], writtenAt: Date): Promise<void> {
  if (documents.length === 0) return
  const stored = sql`jsonb_to_recordset(${JSON.stringify(documents)}::jsonb)
    as n(kind mirror_kind, "subjectId" uuid, path text, "siteId" uuid, version bigint, data jsonb)`
  await tx.execute(sql`
    update mirror_documents d set path = null, data = null from ${stored}
    where d.path = n.path and (d.kind, d.subject_id) <> (n.kind, n."subjectId")`)
  await tx.execute(sql`
    with stored as (
      update mirror_documents d
      set path = n.path, site_id = n."siteId", version = n.version, data = n.data, written_at = ${writtenAt}, push_due_at = null
      from ${stored} join mirror_documents old on (old.kind, old.subject_id) = (n.kind, n."subjectId")
      where (d.kind, d.subject_id) = (n.kind, n."subjectId")
      returning d.kind, d.version, d.written_at, d.path, old.path as left_path
    )
    insert into mirror_documents (kind, subject_id, path, version, written_at)
    select kind, gen_random_uuid(), left_path, version, written_at from stored where left_path <> path`)
}

/** Empties the documents of subjects that are gone; their rows stay until Firestore has lost them, too. */
export async function clearDocuments(tx: Tx, gone: (Subject & { version: number })[], writtenAt: Date): Promise<void> {
  if (gone.length === 0) return
  await tx.execute(sql`
    update mirror_documents d set data = null, version = n.version, written_at = ${writtenAt}, push_due_at = null
    from jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) as n(kind mirror_kind, "subjectId" uuid, version bigint)
    where (d.kind, d.subject_id) = (n.kind, n."subjectId")`)
}

/**
 * Deletes documents that expired before `expiredBefore` and rows of gone subjects that Firestore has lost. What Firestore has in
 * an older version waits: that one may not know that it expires. Returns how many.
 */
export async function purgeDocuments(db: Db, expiredBefore: Date): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from mirror_documents
    where ((data ->> 'expireAt')::timestamptz < ${expiredBefore} and (pushed_version = 0 or pushed_version >= version))
      or (data is null and (path is null or pushed_version >= version) and written_at < ${expiredBefore})`)
  return rowCount ?? 0
}

import { and, eq, gt, inArray, isNotNull, or, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { mirrorDocuments } from '../db/schema.ts'

export type LiveDocument = {
  path: string
  siteId: string | null
  version: number
  data: Record<string, unknown>
}

const columns = {
  path: mirrorDocuments.path,
  siteId: mirrorDocuments.siteId,
  version: mirrorDocuments.version,
  data: mirrorDocuments.data,
}

/** What an operator's screens show first: his sites with their gates, open sessions and newest decisions, and his own rights. */
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
  return rows.filter(isWhole)
}

/** Documents written since `since`, of any site. The caller keeps what its listeners may see and have not seen. */
export async function listWrittenSince(db: Db, since: Date): Promise<LiveDocument[]> {
  const rows = await db.select(columns).from(mirrorDocuments).where(gt(mirrorDocuments.writtenAt, since))
  return rows.filter(isWhole)
}

function isWhole(row: { path: string | null; data: unknown }): row is LiveDocument {
  return row.path !== null && row.data !== null
}

export type DocumentToPush = LiveDocument & { kind: (typeof mirrorDocuments.$inferSelect)['kind']; subjectId: string }

/** Documents that Firestore has not got yet, oldest first. A site's summary waits until its last push is a second old. */
export async function listDocumentsToPush(db: Db, now: Date, limit: number): Promise<DocumentToPush[]> {
  const rows = await db
    .select({ ...columns, kind: mirrorDocuments.kind, subjectId: mirrorDocuments.subjectId })
    .from(mirrorDocuments)
    .where(
      and(
        sql`${mirrorDocuments.pushedVersion} < ${mirrorDocuments.version}`,
        isNotNull(mirrorDocuments.data),
        sql`(${mirrorDocuments.kind} <> 'site' or ${mirrorDocuments.pushedAt} is null or ${mirrorDocuments.pushedAt} <= ${now}::timestamptz - interval '1 second')`,
      ),
    )
    .orderBy(mirrorDocuments.writtenAt)
    .limit(limit)
  return rows.filter(isWhole) as DocumentToPush[]
}

/** Remembers what Firestore has; it never has less than before. */
export async function markPushed(tx: Tx, pushed: DocumentToPush[], now: Date) {
  for (const { kind, subjectId, version } of pushed)
    await tx
      .update(mirrorDocuments)
      .set({ pushedVersion: sql`greatest(${mirrorDocuments.pushedVersion}, ${version}::bigint)`, pushedAt: now })
      .where(and(eq(mirrorDocuments.kind, kind), eq(mirrorDocuments.subjectId, subjectId)))
}

/** Marks waiting for the relay, and the age of the oldest in seconds: how far the mirror is behind. */
export async function readMirrorLag(db: Db): Promise<{ marks: number; oldestSeconds: number; unpushed: number }> {
  const { rows } = await db.execute<{ marks: string; oldest: string; unpushed: string }>(sql`
    select (select count(*) from mirror_marks) as marks,
      (select coalesce(extract(epoch from now() - min(created_at)), 0) from mirror_marks) as oldest,
      (select count(*) from mirror_documents where pushed_version < version and data is not null) as unpushed`)
  const row = rows[0]!
  return { marks: Number(row.marks), oldestSeconds: Number(row.oldest), unpushed: Number(row.unpushed) }
}

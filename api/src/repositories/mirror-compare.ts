import { sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import type { MirrorKind } from './mirror-marks.ts'

/* What ought to be mirrored, and what is. */

export const mirrorKinds: MirrorKind[] = ['site', 'gate', 'session', 'payment', 'operator', 'alert']

export type ShownSince = { ended: Date; paid: Date }

const tables: Record<MirrorKind, (since: ShownSince) => ReturnType<typeof sql>> = {
  site: () => sql`select id from sites`,
  gate: () => sql`select id from gates`,
  session: ({ ended }) => sql`select id from sessions where closed_at is null or closed_at > ${ended}`,
  payment: ({ paid }) => sql`select id from payments where captured_at > ${paid}`,
  operator: () => sql`select id from operators`,
  alert: ({ ended }) => sql`select id from alerts where resolved_at is null or resolved_at > ${ended}`,
}

const isShown = (now: Date) =>
  sql`data is not null and path is not null and coalesce((data ->> 'expireAt')::timestamptz > ${now}, true)`

/** Up to `limit` ids after `after`, in order, of what has a document or ought to have one: of what expires, what has not. */
export async function listMirrored(
  db: Db,
  kind: MirrorKind,
  { since, now, after, limit }: { since: ShownSince; now: Date; after: string | null; limit: number },
): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from (
      ${tables[kind](since)} union select subject_id from mirror_documents where kind = ${kind} and ${isShown(now)}
    ) all_ids
    where ${after}::uuid is null or id > ${after}::uuid order by id limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** `isShown` is false for a document that is gone or has expired: Firestore may have it still, or not any more. */
export type ComparedDocument = {
  subjectId: string
  path: string
  version: number
  data: Record<string, unknown> | null
  isShown: boolean
}

const compared = (now: Date) =>
  sql`select subject_id as "subjectId", path, version::float8 as version, data, ${isShown(now)} as "isShown" from mirror_documents`

export async function listDocumentsOf(db: Db, kind: MirrorKind, ids: string[], now: Date): Promise<ComparedDocument[]> {
  const { rows } = await db.execute<ComparedDocument>(sql`
    ${compared(now)} where kind = ${kind} and subject_id = any(${sql.param(ids)}::uuid[]) and path is not null`)
  return rows
}

export async function listDocumentsAt(db: Db, paths: string[], now: Date): Promise<Map<string, ComparedDocument>> {
  const { rows } = await db.execute<ComparedDocument>(
    sql`${compared(now)} where path = any(${sql.param(paths)}::text[])`,
  )
  return new Map(rows.map((row) => [row.path, row]))
}

/** Up to `limit` paths after `after`, in order, of the documents that are shown. */
export async function listShownPaths(db: Db, now: Date, after: string, limit: number): Promise<string[]> {
  const { rows } = await db.execute<{ path: string }>(sql`
    select path from mirror_documents where ${isShown(now)} and path > ${after} order by path limit ${limit}`)
  return rows.map(({ path }) => path)
}

/** Has everything that is shown pushed to Firestore again, what it refused included. */
export async function forgetPushes(db: Db, now: Date): Promise<void> {
  await db.execute(sql`
    update mirror_documents set pushed_version = 0, pushed_at = null, push_failures = 0, push_due_at = null where ${isShown(now)}`)
}

/** Whether a document is still to be pushed; those that Firestore refuses do not count. */
export async function hasUnpushed(db: Db): Promise<boolean> {
  const { rows } = await db.execute<{ left: boolean }>(sql`
    select exists (
      select from mirror_documents where pushed_version < version and path is not null and push_failures = 0) as left`)
  return rows[0]!.left
}

import { type SQL, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import type { mirrorDocuments } from '../db/schema.ts'

export type MirrorKind = Exclude<(typeof mirrorDocuments.$inferSelect)['kind'], 'decision'>
export type Subject = { kind: MirrorKind; subjectId: string }

/** Operators' rights; and what screens follow. */
const isOfRights = sql`kind = 'operator'`
const isFollowed = sql`kind in ('site', 'gate')`
/** Rights first, then what screens follow, so that no backlog of the rest keeps them from being live. */
export const byImportance = sql`(${isOfRights}) desc, (${isFollowed}) desc`

/**
 * What is due of `mirror_marks m`. Marks of a document that failed wait with it, those that come later too; a site's summary waits
 * until it is a second old. A document of the future was written before the clock was set back.
 */
const isDue = (now: Date) => sql`
  (m.due_at is null or m.due_at <= ${now})
  and not exists (select from mirror_marks w where (w.kind, w.subject_id) = (m.kind, m.subject_id) and w.due_at > ${now})
  and (m.kind <> 'site' or not exists (
    select from mirror_documents d where d.kind = 'site' and d.subject_id = m.subject_id and d.data is not null
      and d.written_at > ${now}::timestamptz - interval '1 second' and d.written_at <= ${now}))`

/**
 * Takes marks away, and says which documents they speak of: all that are due of operators' rights, up to `limit` of what screens follow,
 * so that no backlog of the rest keeps a lane from being live, and up to `limit` of the rest. Another relay's marks are passed over.
 */
export async function takeMarks(tx: Tx, now: Date, limit: number): Promise<{ subjects: Subject[]; marks: number }> {
  // array() runs each locking subquery exactly once; a join could run it again for every row and take more than the limit.
  const first = (kinds: SQL) => sql`
    array(select id from mirror_marks m where ${kinds} and ${isDue(now)} order by id limit ${limit} for update skip locked)`
  const { rows } = await tx.execute<SubjectRow>(sql`
    with taken as (
      delete from mirror_marks where id = any(
        ${first(isOfRights)} || ${first(isFollowed)} || ${first(sql`not (${isOfRights} or ${isFollowed})`)})
      returning kind, subject_id
    )
    select kind, subject_id, count(*) as marks from taken group by kind, subject_id order by kind, subject_id`)
  return { subjects: rows.map(toSubject), marks: rows.reduce((sum, row) => sum + Number(row.marks), 0) }
}

/** The documents that the next `limit` marks speak of, in the same order of importance, for taking them one at a time. */
export async function listMarkedSubjects(db: Db, now: Date, limit: number): Promise<Subject[]> {
  const { rows } = await db.execute<SubjectRow>(sql`
    select distinct kind, subject_id from (
      select kind, subject_id from mirror_marks m where ${isDue(now)}
      order by ${byImportance}, id limit ${limit}
    ) next`)
  return rows.map(toSubject)
}

/** Takes every mark of these documents away, whether or not it is due. Returns how many there were. */
export async function takeMarksOf(tx: Tx, kind: MirrorKind, subjectIds: string[]): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    delete from mirror_marks where id = any(
      array(select id from mirror_marks where kind = ${kind} and subject_id = any(${sql.param(subjectIds)}::uuid[])
        for update skip locked))`)
  return rowCount ?? 0
}

/** Has a document written again. */
export async function markSubject(tx: Tx, { kind, subjectId }: Subject): Promise<void> {
  await tx.execute(sql`insert into mirror_marks (kind, subject_id) values (${kind}, ${subjectId})`)
}

/** Sets the marks of one document aside: for 1 s, then 2, 4, … at most five minutes. */
export async function postponeMarks(tx: Tx, { kind, subjectId }: Subject, now: Date): Promise<void> {
  await tx.execute(sql`
    update mirror_marks m
    set failures = n.failures + 1, due_at = ${now}::timestamptz + least(2 ^ least(n.failures, 9), 300) * interval '1 second'
    from (select max(failures) as failures from mirror_marks where kind = ${kind} and subject_id = ${subjectId}) n
    where m.kind = ${kind} and m.subject_id = ${subjectId}`)
}

/** Has the summaries of these sites written again. */
export async function markSites(tx: Tx, siteIds: string[]): Promise<void> {
  if (siteIds.length === 0) return
  await tx.execute(sql`
    insert into mirror_marks (kind, subject_id) select 'site', unnest(${sql.param(siteIds)}::uuid[])`)
}

/** Has every summary written again that is older than `olderThan`, so that none is older than that as long as a relay lives. */
export async function markOldSites(db: Db, olderThan: Date): Promise<void> {
  await db.execute(sql`
    insert into mirror_marks (kind, subject_id)
    select 'site', s.id from sites s
    where not exists (
        select from mirror_documents d where d.kind = 'site' and d.subject_id = s.id and d.written_at > ${olderThan})
      and s.id not in (select subject_id from mirror_marks where kind = 'site')`)
}

/** Has every gate written again whose cameras have read something since: not every read changes anything else that it shows. */
export async function markSeenGates(db: Db): Promise<void> {
  await db.execute(sql`
    insert into mirror_marks (kind, subject_id)
    select distinct 'gate'::mirror_kind, c.gate_id
    from cameras c join mirror_documents d on d.kind = 'gate' and d.subject_id = c.gate_id
    where (select max(received_at) from reads where camera_id = c.id) > (d.data -> 'camera' ->> 'lastSeenAt')::timestamptz
      and c.gate_id not in (select subject_id from mirror_marks where kind = 'gate')`)
}

type SubjectRow = { kind: MirrorKind; subject_id: string; marks: string }

function toSubject(row: SubjectRow): Subject {
  return { kind: row.kind, subjectId: row.subject_id }
}

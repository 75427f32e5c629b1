import { sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import type { mirrorDocuments } from '../db/schema.ts'

export type MirrorKind = (typeof mirrorDocuments.$inferSelect)['kind']
export type Subject = { kind: MirrorKind; subjectId: string }

/**
 * Takes up to `limit` marks away, and with them all that are due of operators' rights, and says which documents they speak of.
 * Another relay's marks are passed over.
 */
export async function takeMarks(tx: Tx, now: Date, limit: number): Promise<{ subjects: Subject[]; marks: number }> {
  const due = sql`(due_at is null or due_at <= ${now})`
  // array() runs each locking subquery exactly once; a join could run it again for every row and take more than the limit.
  const { rows } = await tx.execute<SubjectRow>(sql`
    with taken as (
      delete from mirror_marks where id = any(
        array(select id from mirror_marks where kind = 'operator' and ${due} order by id limit ${limit} for update skip locked)
        || array(select id from mirror_marks where ${due} order by id limit ${limit} for update skip locked))
      returning kind, subject_id
    )
    select kind, subject_id, count(*) as marks from taken group by kind, subject_id order by kind, subject_id`)
  return { subjects: rows.map(toSubject), marks: rows.reduce((sum, row) => sum + Number(row.marks), 0) }
}

/** The documents that the next `limit` marks speak of, for taking them one at a time. */
export async function listMarkedSubjects(db: Db, now: Date, limit: number): Promise<Subject[]> {
  const { rows } = await db.execute<SubjectRow>(sql`
    select distinct kind, subject_id from (
      select kind, subject_id from mirror_marks where due_at is null or due_at <= ${now} order by id limit ${limit}
    ) next`)
  return rows.map(toSubject)
}

/** Takes every mark of one document away. Returns how many there were. */
export async function takeMarksOf(tx: Tx, { kind, subjectId }: Subject): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    delete from mirror_marks where id = any(
      array(select id from mirror_marks where kind = ${kind} and subject_id = ${subjectId} for update skip locked))`)
  return rowCount ?? 0
}

/** Lets the marks of one document wait as long again as they have waited already: at least a second, at most five minutes. */
export async function postponeMarks(tx: Tx, { kind, subjectId }: Subject, now: Date): Promise<void> {
  await tx.execute(sql`
    update mirror_marks
    set due_at = ${now}::timestamptz + least(greatest(${now}::timestamptz - created_at, interval '1 second'), interval '5 minutes')
    where kind = ${kind} and subject_id = ${subjectId}`)
}

type SubjectRow = { kind: MirrorKind; subject_id: string; marks: string }

function toSubject(row: SubjectRow): Subject {
  return { kind: row.kind, subjectId: row.subject_id }
}

import { sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import type { Subject } from './mirror-marks.ts'

/** So many failures in a row, over 15 seconds or more, are no hiccup. */
const failuresOfStuck = 5

/** Documents that cannot be built or that Firestore does not take. */
const stuck = sql`
  select kind, subject_id from mirror_marks where due_at is not null and failures >= ${failuresOfStuck}
  union
  select kind, subject_id from mirror_documents where push_failures > 0 and push_failures >= ${failuresOfStuck}
    and pushed_version < version`

export type StuckDocument = Subject & {
  /** Whose operators should hear of it; for what belongs to no site, any: somebody must. Null where there is no site at all. */
  siteId: string | null
}

/** Those that nobody has been told of. What the alert of a stuck document is about is never another such alert. */
export async function listUntoldStuck(db: Db): Promise<StuckDocument[]> {
  const { rows } = await db.execute<StuckDocument>(sql`
    select s.kind, s.subject_id as "subjectId", coalesce(
      case s.kind
        when 'site' then (select id from sites where id = s.subject_id)
        when 'gate' then (select site_id from gates where id = s.subject_id)
        when 'decision' then (select site_id from decisions where id = s.subject_id)
        when 'session' then (select site_id from sessions where id = s.subject_id)
        when 'payment' then (select site_id from payments where id = s.subject_id)
        when 'alert' then (select site_id from alerts where id = s.subject_id)
        when 'operator' then (select site_id from operator_sites where operator_id = s.subject_id order by site_id limit 1)
      end, (select id from sites order by id limit 1)) as "siteId"
    from (${stuck}) s
    where not exists (
        select from alerts a where a.kind = 'mirror_document_stuck' and a.subject_id = s.subject_id and a.state <> 'resolved')
      and not exists (
        select from alerts a where s.kind = 'alert' and a.id = s.subject_id and a.kind = 'mirror_document_stuck')`)
  return rows
}

/** The subjects of alerts about documents that are not stuck any more. */
export async function listMended(db: Db): Promise<{ subjectId: string; siteId: string }[]> {
  const { rows } = await db.execute<{ subjectId: string; siteId: string }>(sql`
    select a.subject_id as "subjectId", a.site_id as "siteId" from alerts a
    where a.kind = 'mirror_document_stuck' and a.state <> 'resolved'
      and a.subject_id not in (select subject_id from (${stuck}) s)`)
  return rows
}

export type MirrorLag = {
  /** Marks that are due, and the age of the oldest in seconds. */
  marks: number
  oldestSeconds: number
  /** Documents that Firestore has not got, and how long ago the oldest of them was written. */
  unpushed: number
  unpushedSeconds: number
  /** How long ago any document was written: more than half a minute or so, and there is no relay. Null where there are none. */
  writtenSeconds: number | null
  /** Documents that are set aside, not counted above. */
  stuck: number
}

/** How far the mirror is behind. */
export async function readMirrorLag(db: Db): Promise<MirrorLag> {
  const age = (of: ReturnType<typeof sql>) => sql`greatest(extract(epoch from now() - ${of}), 0)::float8`
  const { rows } = await db.execute<MirrorLag>(sql`
    select
      m.marks, coalesce(m.age, 0) as "oldestSeconds", p.documents as unpushed, coalesce(p.age, 0) as "unpushedSeconds",
      (select ${age(sql`max(written_at)`)} from mirror_documents) as "writtenSeconds",
      (select count(*)::int from (${stuck}) s) as stuck
    from
      (select count(*)::int as marks, ${age(sql`min(created_at)`)} as age from mirror_marks where due_at is null or due_at <= now()) m,
      (select count(*)::int as documents, ${age(sql`min(written_at)`)} as age from mirror_documents
       where pushed_version < version and path is not null and push_failures < ${failuresOfStuck}) p`)
  return rows[0]!
}

import type { Bench } from './at-rate.ts'
import { untilMirrored } from './mirror-writes.ts'

export type Backlog = { marks: number; documents: number; seconds: number; perSecond: number }

/** Stays that are there all at once, each with a mark and without a document, and how long the relay takes for all of them. */
export async function drainBacklog(
  { pool, pushes, takeWrites }: Bench,
  siteId: string,
  marks: number,
): Promise<Backlog> {
  await untilMirrored(pool, pushes)
  await takeWrites()
  await pool.query(
    `with cars as (
       insert into plates (id, raw, plate, skeleton)
       select gen_random_uuid(), 'BACKLOG' || n, 'BACKLOG' || n, 'BACKLOG' || n from generate_series(1, $2::int) n returning id),
     stays as (
       insert into sessions (id, site_id, plate_id, opened_at)
       select gen_random_uuid(), $1, id, now() from cars returning id)
     insert into mirror_marks (kind, subject_id) select 'session', id from stays`,
    [siteId, marks],
  )
  // The summary follows later: it is written once a second.
  const seconds = await untilMirrored(pool, pushes, ['site'])
  const { news } = await takeWrites()
  return { marks, documents: news.session ?? 0, seconds, perSecond: marks / seconds }
}

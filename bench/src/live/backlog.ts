import type { Bench } from './at-rate.ts'
import { untilMirrored } from './mirror-writes.ts'

export type Backlog = { marks: number; documents: number; seconds: number; perSecond: number }

/** Marks that are there all at once, each of a document of its own as far as there are so many, and how long the relay takes. */
export async function drainBacklog({ pool, pushes, takeWrites }: Bench, marks: number): Promise<Backlog> {
  await untilMirrored(pool, pushes)
  await takeWrites()
  await pool.query(
    `with documents as (
       select kind, subject_id from mirror_documents where kind in ('decision', 'session', 'gate') and data is not null limit $1
     )
     insert into mirror_marks (kind, subject_id)
     select kind, subject_id from documents
     cross join generate_series(1, (select ceil($1::float8 / count(*))::int from documents)) as again
     order by again limit $1`,
    [marks],
  )
  const seconds = await untilMirrored(pool, pushes)
  const written = await takeWrites()
  return { marks, documents: written.documents, seconds, perSecond: marks / seconds }
}

import { sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { mirrorDocuments } from '../db/schema.ts'

export type MirrorKind = (typeof mirrorDocuments.$inferSelect)['kind']
export type Subject = { kind: MirrorKind; subjectId: string }
export type MirrorDocument = { path: string; siteId: string | null; data: Record<string, unknown> }

/** Takes marks away and says which documents they speak of; another relay's marks are passed over. */
export async function takeMarks(tx: Tx, limit: number): Promise<{ subjects: Subject[]; marks: number }> {
  const { rows } = await tx.execute<{ kind: MirrorKind; subject_id: string; marks: string }>(sql`
    with taken as (
      delete from mirror_marks where id in (select id from mirror_marks order by id limit ${limit} for update skip locked)
      returning kind, subject_id
    )
    select kind, subject_id, count(*) as marks from taken group by kind, subject_id order by kind, subject_id`)
  return {
    subjects: rows.map((row) => ({ kind: row.kind, subjectId: row.subject_id })),
    marks: rows.reduce((sum, row) => sum + Number(row.marks), 0),
  }
}

/**
 * Gives each document its next version and keeps its row locked until the transaction ends. The state is read after this, so a
 * higher version never holds older state. Subjects come in one order, so that two relays cannot wait for each other.
 */
export async function lockVersions(tx: Tx, subjects: Subject[], now: Date): Promise<Map<string, number>> {
  const rows = await tx
    .insert(mirrorDocuments)
    .values(subjects.map((subject) => ({ ...subject, version: 1, writtenAt: now })))
    .onConflictDoUpdate({
      target: [mirrorDocuments.kind, mirrorDocuments.subjectId],
      set: { version: sql`${mirrorDocuments.version} + 1`, writtenAt: now },
    })
    .returning({ kind: mirrorDocuments.kind, subjectId: mirrorDocuments.subjectId, version: mirrorDocuments.version })
  return new Map(rows.map((row) => [`${row.kind}/${row.subjectId}`, row.version]))
}

export async function storeDocuments(tx: Tx, documents: (Subject & MirrorDocument)[]) {
  for (const { kind, subjectId, path, siteId, data } of documents)
    await tx
      .update(mirrorDocuments)
      .set({ path, siteId, data })
      .where(sql`${mirrorDocuments.kind} = ${kind} and ${mirrorDocuments.subjectId} = ${subjectId}`)
}

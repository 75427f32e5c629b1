import type { Database, Tx } from '../db/client.ts'
import { clearDocuments, lockVersions, storeDocuments } from '../repositories/mirror-documents.ts'
import {
  listMarkedSubjects,
  markSites,
  postponeMarks,
  type Subject,
  takeMarks,
  takeMarksOf,
} from '../repositories/mirror-marks.ts'
import { inTransaction } from '../repositories/transaction.ts'
import { buildDocuments } from './documents.ts'

export type WriteResult = { marks: number; failed: (Subject & { error: unknown })[] }

/**
 * Turns about `limit` marks into whole documents, in one transaction: the marks go, versions are taken, the state is read after
 * that and stored. Several marks of one document are one write. Where that fails, each document gets its own transaction, and one
 * that fails alone waits without holding up the others. Rejects only when Postgres cannot be used at all.
 */
export async function writeDocuments(database: Database, now: () => Date, limit: number): Promise<WriteResult> {
  try {
    const marks = await inTransaction(database.db, async (tx) => {
      const { subjects, marks } = await takeMarks(tx, now(), limit)
      await writeSubjects(tx, subjects, now())
      return marks
    })
    return { marks, failed: [] }
  } catch {
    return writeOneByOne(database, now, limit)
  }
}

async function writeOneByOne(database: Database, now: () => Date, limit: number): Promise<WriteResult> {
  const result: WriteResult = { marks: 0, failed: [] }
  for (const subject of await listMarkedSubjects(database.db, now(), limit)) {
    try {
      result.marks += await inTransaction(database.db, async (tx) => {
        const marks = await takeMarksOf(tx, subject)
        if (marks > 0) await writeSubjects(tx, [subject], now())
        return marks
      })
    } catch (error) {
      await inTransaction(database.db, (tx) => postponeMarks(tx, subject, now()))
      result.failed.push({ ...subject, error })
    }
  }
  return result
}

async function writeSubjects(tx: Tx, subjects: Subject[], writtenAt: Date): Promise<void> {
  if (subjects.length === 0) return
  const versions = await lockVersions(tx, subjects, writtenAt)
  const documents = await buildDocuments(tx, subjects, writtenAt)
  const stamp = (subject: Subject) => ({ v: versions.get(nameOf(subject))!, updatedAt: writtenAt.toISOString() })
  await storeDocuments(
    tx,
    documents.map((document) => ({ ...document, data: { ...document.data, ...stamp(document) } })),
  )
  const found = new Set(documents.map(nameOf))
  await clearDocuments(
    tx,
    subjects.filter((subject) => !found.has(nameOf(subject))),
  )
  await markSites(tx, summedUp(documents))
}

/**
 * A site's summary counts what other documents of the site show: it is stale when one of them was written, unless it was read with
 * them just now. What commits between the two reads has left a mark of its own.
 */
function summedUp(documents: (Subject & { siteId: string | null })[]): string[] {
  const written = new Set(documents.flatMap(({ kind, subjectId }) => (kind === 'site' ? [subjectId] : [])))
  const siteIds = documents.flatMap(({ siteId }) => (siteId === null || written.has(siteId) ? [] : [siteId]))
  return [...new Set(siteIds)].sort()
}

const nameOf = ({ kind, subjectId }: Subject) => `${kind}/${subjectId}`

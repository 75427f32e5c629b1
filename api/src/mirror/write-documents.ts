import type { Database } from '../db/client.ts'
import { lockVersions, storeDocuments, takeMarks } from '../repositories/mirror-marks.ts'
import { buildDocuments } from './documents.ts'

/**
 * Turns up to `limit` marks into whole documents, in one transaction: the marks go, versions are taken, the state is read after
 * that and stored. Several marks of one document are one write. Returns how many marks there were.
 */
export async function writeDocuments(database: Database, now: () => Date, limit: number): Promise<number> {
  return database.db.transaction(async (tx) => {
    const { subjects, marks } = await takeMarks(tx, limit)
    if (subjects.length === 0) return 0
    const writtenAt = now()
    const versions = await lockVersions(tx, subjects, writtenAt)
    const documents = await buildDocuments(tx, subjects)
    await storeDocuments(
      tx,
      documents.map((document) => ({
        ...document,
        data: {
          ...document.data,
          v: versions.get(`${document.kind}/${document.subjectId}`)!,
          updatedAt: writtenAt.toISOString(),
        },
      })),
    )
    return marks
  })
}

import { siteRefreshSeconds } from '@turnpike/contracts/live-documents.ts'
import type { Database, Tx } from '../db/client.ts'
import { clearDocuments, type LockedDocument, lockDocuments, storeDocuments } from '../repositories/mirror-documents.ts'
import {
  listMarkedSubjects,
  type MirrorKind,
  markSites,
  markSubject,
  postponeMarks,
  type Subject,
  takeMarks,
  takeMarksOf,
} from '../repositories/mirror-marks.ts'
import { inTransaction } from '../repositories/transaction.ts'
import { type Built, buildDocuments } from './documents.ts'
import { staleFields } from './same-document.ts'

export type WriteResult = { marks: number; failed: (Subject & { error: unknown })[] }

/**
 * How old a summary gets that stays as it is: then it is written again all the same, in time for who looks whether the relay lives,
 * and not sooner, whatever marked it.
 */
export const unchangedSiteKeptMs = siteRefreshSeconds * 1000 - 5_000

/**
 * Turns marks into whole documents, as many as `takeMarks` takes, in one transaction: the marks go, rows are locked, the state is
 * read after that, and what differs from it is stored with a version of its own. Several marks of one document are one write, and
 * what shows nothing new is none. Where that fails, each document gets its own transaction, and one that fails alone waits without holding up
 * the others. Rejects only when Postgres cannot be used at all.
 */
export async function writeDocuments(database: Database, now: () => Date, limit: number): Promise<WriteResult> {
  try {
    const marks = await inTransaction(database.db, async (tx) => {
      const { subjects, marks } = await takeMarks(tx, now(), limit)
      await writeSubjects(tx, subjects, now(), 'changed')
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
        const marks = await takeMarksOf(tx, subject.kind, [subject.subjectId])
        if (marks > 0) await writeSubjects(tx, [subject], now(), 'changed')
        return marks
      })
    } catch (error) {
      await inTransaction(database.db, (tx) => postponeMarks(tx, subject, now()))
      result.failed.push({ ...subject, error })
    }
  }
  return result
}

/** Writes documents again, also those that are as they should be. One that cannot be written is left to the relay, as a mark. */
export async function writeAnew(database: Database, kind: MirrorKind, ids: string[], now: Date): Promise<void> {
  const write = (some: string[]) =>
    inTransaction(database.db, async (tx) => {
      await takeMarksOf(tx, kind, some)
      const subjects = some.map((subjectId) => ({ kind, subjectId }))
      await writeSubjects(tx, subjects, now, 'all')
    })
  try {
    await write(ids)
  } catch {
    for (const subjectId of ids)
      await write([subjectId]).catch(() => inTransaction(database.db, (tx) => markSubject(tx, { kind, subjectId })))
  }
}

async function writeSubjects(tx: Tx, subjects: Subject[], writtenAt: Date, which: 'changed' | 'all'): Promise<void> {
  if (subjects.length === 0) return
  const locked = await lockDocuments(tx, subjects, writtenAt)
  const built = await buildDocuments(tx, subjects, writtenAt)
  const before = (subject: Subject) => locked.get(nameOf(subject))!
  const nextVersion = (subject: Subject) => Math.max(before(subject).version + 1, writtenAt.getTime())

  const stale = built.filter((document) => which === 'all' || isStale(before(document), document, writtenAt))
  await storeDocuments(
    tx,
    stale.map((document) => {
      const version = nextVersion(document)
      return { ...document, version, data: { ...document.data, v: version, updatedAt: writtenAt.toISOString() } }
    }),
    writtenAt,
  )
  const found = new Set(built.map(nameOf))
  const gone = subjects.filter((subject) => !found.has(nameOf(subject)) && before(subject).data !== null)
  await clearDocuments(
    tx,
    gone.map((subject) => ({ ...subject, version: nextVersion(subject) })),
    writtenAt,
  )
  await markSites(tx, summedUp(stale, subjects))
}

function isStale(before: LockedDocument, { kind, path, siteId, data }: Built, now: Date): boolean {
  if (before.data === null || before.path !== path || before.siteId !== siteId) return true
  if (staleFields(before.data, data).length > 0) return true
  const ageMs = now.getTime() - before.writtenAt.getTime()
  return kind === 'site' && !(ageMs >= 0 && ageMs < unchangedSiteKeptMs)
}

/**
 * A site's summary counts what other documents of the site show: it is stale when one of them was written, unless it was read with
 * them just now. What commits between the two reads has left a mark of its own.
 */
function summedUp(written: Built[], read: Subject[]): string[] {
  const sites = new Set(read.flatMap(({ kind, subjectId }) => (kind === 'site' ? [subjectId] : [])))
  const siteIds = written.flatMap(({ siteId }) => (siteId === null || sites.has(siteId) ? [] : [siteId]))
  return [...new Set(siteIds)].sort()
}

const nameOf = ({ kind, subjectId }: Subject) => `${kind}/${subjectId}`

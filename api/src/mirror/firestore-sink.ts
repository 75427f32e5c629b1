import { type DocumentReference, FieldValue, Timestamp } from 'firebase-admin/firestore'
import { DocumentRefused, type MirrorSink } from './push-documents.ts'

/** The library tries again for many minutes. */
const answersWithinMs = 5_000
/** How often somebody else may write the document between our look and our write. */
const collisions = 5

/** What of Firestore's document the sink uses. */
export type MirroredReference = Pick<DocumentReference, 'get' | 'create' | 'update'>

/** How many documents' last writes are remembered: those that change often are written without being read first. */
const remembered = 10_000

/** A document as the last write of this process left it in Firestore. */
type Written = { version: number; fields: string[]; at: Timestamp }

/**
 * Firestore as the mirror. A document is replaced only if it is still the one that was compared, so that a slow or second relay
 * never puts an older version over a newer one. A Firestore transaction would lock it, for minutes if the relay dies. What is gone
 * leaves its version behind: otherwise a write that was long under way would bring it back.
 */
export function createFirestoreSink(referenceTo: (path: string) => MirroredReference): MirrorSink {
  const lastWrites = new Map<string, Written>()

  async function replaceIfNewer(path: string, version: number, data: Fields, isNew: boolean): Promise<void> {
    const reference = referenceTo(path)
    const last = lastWrites.get(path)
    lastWrites.delete(path)
    for (let attempt = 1; ; attempt++) {
      try {
        const guess =
          attempt > 1 ? undefined : isNew ? 'absent' : last !== undefined && last.version < version ? last : undefined
        const at = await replaceIfUnchanged(reference, version, data, guess)
        if (at !== undefined) remember(path, { version, fields: Object.keys(data), at })
        return
      } catch (error) {
        if (attempt === collisions || !collided.includes((error as { code?: unknown }).code)) throw error
      }
    }
  }

  function remember(path: string, written: Written) {
    lastWrites.set(path, written)
    if (lastWrites.size > remembered) lastWrites.delete(lastWrites.keys().next().value!)
  }

  return {
    async write({ path, version, data, isNew }) {
      try {
        await withinDeadline(replaceIfNewer(path, version, toStored(version, data), isNew))
      } catch (error) {
        throw isAboutTheDocument(error) ? new DocumentRefused(error as Error) : error
      }
    },
  }
}

/**
 * @param guess what Firestore is likely to have, to be written over without a look: a wrong guess is refused like any collision
 * @returns when it was written; undefined where that version, or a later one, was there already
 */
async function replaceIfUnchanged(
  reference: MirroredReference,
  version: number,
  data: Fields,
  guess: Written | 'absent' | undefined,
): Promise<Timestamp | undefined> {
  const stored = guess ?? (await look(reference))
  if (stored === 'absent') return (await reference.create(data)).writeTime
  if (stored.version >= version) return
  // Only an update can name the document it expects: the fields that are no more have to be named with it.
  const left = stored.fields.filter((field) => !(field in data))
  const result = await reference.update(
    { ...data, ...Object.fromEntries(left.map((field) => [field, FieldValue.delete()])) },
    { lastUpdateTime: stored.at },
  )
  return result.writeTime
}

async function look(reference: MirroredReference): Promise<Written | 'absent'> {
  const stored = await reference.get()
  if (!stored.exists) return 'absent'
  return { version: stored.get('v') as number, fields: Object.keys(stored.data()!), at: stored.updateTime! }
}

type Fields = Record<string, unknown>

function toStored(version: number, data: Fields | null): Fields {
  if (data === null) return { v: version, gone: true }
  // Firestore's TTL policies need a timestamp: the one field that is not as the API streams it.
  return typeof data.expireAt === 'string' ? { ...data, expireAt: Timestamp.fromDate(new Date(data.expireAt)) } : data
}

class NoAnswer extends Error {}

async function withinDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const reason = `Firestore did not answer within ${answersWithinMs} ms`
    timer = setTimeout(() => reject(new NoAnswer(reason)), answersWithinMs)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

// gRPC's codes. Collisions: NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED. With INVALID_ARGUMENT and OUT_OF_RANGE they are
// about one document; what the library itself finds wrong with it has no such number.
const collided: unknown[] = [5, 6, 9, 10]
const aboutTheDocument: unknown[] = [3, 6, 9, 10, 11]

function isAboutTheDocument(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof NoAnswer) return false
  const { code } = error as { code?: unknown }
  return typeof code !== 'number' || aboutTheDocument.includes(code)
}

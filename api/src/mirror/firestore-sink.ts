import { initializeApp } from 'firebase-admin/app'
import { type DocumentReference, FieldValue, getFirestore, Timestamp } from 'firebase-admin/firestore'
import { DocumentRefused, type MirrorSink } from './push-documents.ts'

/** The library tries again for many minutes. */
const answersWithinMs = 5_000
/** gRPC waits up to two minutes before it looks whether a lost server is back. */
const reconnectsWithinMs = 5_000
/** How often somebody else may write the document between our look and our write. */
const collisions = 5

/**
 * Firestore as the mirror. A document is replaced only if it is still the one that was compared, so that a slow or second relay
 * never puts an older version over a newer one. A Firestore transaction would lock it, for minutes if the relay dies.
 */
export function openFirestoreSink(projectId: string): MirrorSink {
  const firestore = getFirestore(initializeApp({ projectId }, 'mirror'))
  firestore.settings({ 'grpc.max_reconnect_backoff_ms': reconnectsWithinMs })
  return {
    async write({ path, version, data }) {
      try {
        const reference = firestore.doc(path)
        await withinDeadline(replaceIfNewer(reference, version, data && withTtl(data)))
      } catch (error) {
        throw isAboutTheDocument(error) ? new DocumentRefused(error as Error) : error
      }
    },
  }
}

async function replaceIfNewer(reference: DocumentReference, version: number, data: Fields | null): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await replaceIfUnchanged(reference, version, data)
    } catch (error) {
      if (attempt === collisions || !collided.includes((error as { code?: unknown }).code)) throw error
    }
  }
}

async function replaceIfUnchanged(reference: DocumentReference, version: number, data: Fields | null): Promise<void> {
  const stored = await reference.get()
  if (stored.exists && (stored.get('v') as number) >= version) return
  if (!stored.exists) {
    if (data !== null) await reference.create(data)
    return
  }
  const unchanged = { lastUpdateTime: stored.updateTime! }
  if (data === null) {
    await reference.delete(unchanged)
    return
  }
  // Only an update can name the document it expects: the fields that are no more have to be named with it.
  const left = Object.keys(stored.data()!).filter((field) => !(field in data))
  await reference.update(
    { ...data, ...Object.fromEntries(left.map((field) => [field, FieldValue.delete()])) },
    unchanged,
  )
}

type Fields = Record<string, unknown>

/** Firestore's TTL policies need a timestamp: the one field that is not as the API streams it. */
function withTtl(data: Fields): Fields {
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

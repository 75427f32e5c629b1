import { initializeApp } from 'firebase-admin/app'
import { type Firestore, getFirestore, Timestamp } from 'firebase-admin/firestore'
import { DocumentRefused, type MirrorSink } from './push-documents.ts'

/** The library tries again for many minutes, and a document that hangs would hold up the batch. */
const answersWithinMs = 5_000
/** gRPC waits up to two minutes before it looks whether a lost server is back. */
const reconnectsWithinMs = 5_000

/**
 * Firestore as the mirror. The version is compared inside a Firestore transaction, so that a slow or second relay never puts an
 * older document over a newer one.
 */
export function openFirestoreSink(projectId: string): MirrorSink {
  const firestore = getFirestore(initializeApp({ projectId }, 'mirror'))
  firestore.settings({ 'grpc.max_reconnect_backoff_ms': reconnectsWithinMs })
  return {
    async write(document) {
      try {
        await withinDeadline(replaceIfNewer(firestore, document))
      } catch (error) {
        throw isAboutTheDocument(error) ? new DocumentRefused(error as Error) : error
      }
    },
  }
}

async function replaceIfNewer(firestore: Firestore, { path, version, data }: Parameters<MirrorSink['write']>[0]) {
  const reference = firestore.doc(path)
  await firestore.runTransaction(async (transaction) => {
    const stored = await transaction.get(reference)
    if (stored.exists && (stored.get('v') as number) >= version) return
    if (data === null) transaction.delete(reference)
    else transaction.set(reference, withTtl(data))
  })
}

/** Firestore's TTL policies need a timestamp: the one field that is not as the API streams it. */
function withTtl(data: Record<string, unknown>): Record<string, unknown> {
  return typeof data.expireAt === 'string' ? { ...data, expireAt: Timestamp.fromDate(new Date(data.expireAt)) } : data
}

class NoAnswer extends Error {}

async function withinDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new NoAnswer(`Firestore did not answer within ${answersWithinMs} ms`)),
      answersWithinMs,
    )
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

// gRPC's INVALID_ARGUMENT, ABORTED (somebody else holds the document) and OUT_OF_RANGE. What the library itself finds wrong with
// a document has no such number.
const aboutTheDocument: unknown[] = [3, 10, 11]

function isAboutTheDocument(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof NoAnswer) return false
  const { code } = error as { code?: unknown }
  return typeof code !== 'number' || aboutTheDocument.includes(code)
}

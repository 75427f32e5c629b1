import { initializeApp } from 'firebase-admin/app'
import { getFirestore, Timestamp } from 'firebase-admin/firestore'
import type { MirrorSink } from './push-documents.ts'

/**
 * Firestore as the mirror. The version is compared inside a Firestore transaction, so that a slow or second relay never puts an
 * older document over a newer one.
 */
export function openFirestoreSink(projectId: string): MirrorSink & { close(): Promise<void> } {
  const firestore = getFirestore(initializeApp({ projectId }, 'mirror'))
  return {
    async write({ path, version, data }) {
      const reference = firestore.doc(path)
      await firestore.runTransaction(async (transaction) => {
        const stored = await transaction.get(reference)
        if (stored.exists && (stored.get('v') as number) >= version) return
        transaction.set(reference, withTtl(data))
      })
    },
    close: () => firestore.terminate(),
  }
}

/** Firestore's TTL policies need a timestamp: the one field that is not as the API streams it. */
function withTtl(data: Record<string, unknown>): Record<string, unknown> {
  return typeof data.expireAt === 'string' ? { ...data, expireAt: Timestamp.fromDate(new Date(data.expireAt)) } : data
}

import { initializeApp } from 'firebase-admin/app'
import { type CollectionReference, type Firestore, getFirestore, Timestamp } from 'firebase-admin/firestore'
import { createFirestoreSink } from './firestore-sink.ts'
import type { MirrorSink } from './push-documents.ts'

/** gRPC waits up to two minutes before it looks whether a lost server is back. */
const reconnectsWithinMs = 5_000
const page = 300

/** A document as it is in Firestore, with its times as the API streams them; `remove` takes it away if it is still that one. */
export type StoredDocument = { path: string; data: Record<string, unknown>; remove(): Promise<void> }

export type MirrorStore = MirrorSink & {
  /** Everything that is there, page by page, also what no relay of ours would write. */
  pages(): AsyncIterable<StoredDocument[]>
}

/** The Firestore of a Firebase project, which the environment may point at an emulator. */
export function openFirestore(projectId: string): MirrorStore {
  const firestore = getFirestore(initializeApp({ projectId }, 'mirror'))
  firestore.settings({ 'grpc.max_reconnect_backoff_ms': reconnectsWithinMs })
  return { ...createFirestoreSink((path) => firestore.doc(path)), pages: () => pagesOf(firestore) }
}

async function* pagesOf(firestore: Firestore): AsyncIterable<StoredDocument[]> {
  for (const root of await firestore.listCollections()) {
    yield* documentsOf(root)
    // A document that is not there may still have some below it.
    for (const parent of await root.listDocuments())
      for (const below of await parent.listCollections()) yield* documentsOf(below)
  }
}

async function* documentsOf(collection: CollectionReference): AsyncIterable<StoredDocument[]> {
  const inOrder = collection.orderBy('__name__').limit(page)
  for (let next = inOrder; ; ) {
    const { docs } = await next.get()
    if (docs.length === 0) return
    yield docs.map((document) => ({
      path: document.ref.path,
      data: plain(document.data()),
      remove: async () => {
        const isAnother = (error: { code?: unknown }) => error.code === 5 || error.code === 9
        await document.ref.delete({ lastUpdateTime: document.updateTime }).catch((error) => {
          if (!isAnother(error)) throw error
        })
      },
    }))
    next = inOrder.startAfter(docs.at(-1)!)
  }
}

function plain(data: Record<string, unknown>): Record<string, unknown> {
  const { expireAt } = data
  return expireAt instanceof Timestamp ? { ...data, expireAt: expireAt.toDate().toISOString() } : data
}

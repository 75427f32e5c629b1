import type { Database } from '../db/client.ts'
import { type DocumentToPush, listDocumentsToPush, markPushed } from '../repositories/mirror-documents.ts'

/** Where documents go. `write` replaces the whole document unless the sink has that version or a later one already. */
export type MirrorSink = {
  write(document: { path: string; version: number; data: Record<string, unknown> }): Promise<void>
}

export type PushResult = { pushed: number; failed: { path: string; error: unknown }[] }

/**
 * Pushes up to `limit` documents that the sink has not got, side by side, and remembers each that arrived. One that the sink
 * refuses does not hold up the others: it stays to be pushed and is reported.
 */
export async function pushDocuments(
  database: Database,
  sink: MirrorSink,
  now: () => Date,
  limit: number,
): Promise<PushResult> {
  const documents = await listDocumentsToPush(database.db, now(), limit)
  const results = await Promise.allSettled(documents.map((document) => sink.write(document)))
  const pushed: DocumentToPush[] = []
  const failed: PushResult['failed'] = []
  results.forEach((result, index) => {
    const document = documents[index]!
    if (result.status === 'fulfilled') pushed.push(document)
    else failed.push({ path: document.path, error: result.reason })
  })
  if (pushed.length > 0) await database.db.transaction((tx) => markPushed(tx, pushed, now()))
  return { pushed: pushed.length, failed }
}

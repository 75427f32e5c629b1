import type { Database } from '../db/client.ts'
import { listDocumentsToPush, markPushed, postponePushes } from '../repositories/mirror-pushes.ts'

/**
 * Where documents go. `write` replaces the whole document, or removes it where `data` is null, unless the sink has that version
 * or a later one already. It rejects with `DocumentRefused` when the sink answered, and in any other way when it did not.
 */
export type MirrorSink = {
  write(document: { path: string; version: number; data: Record<string, unknown> | null }): Promise<void>
}

/** The sink is there and will not take this document, whatever is tried again. */
export class DocumentRefused extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause })
    this.name = 'DocumentRefused'
  }
}

/** `reachable` is false when nothing was answered: then nothing is held against any document. */
export type PushResult = { pushed: number; failed: { path: string; error: unknown }[]; reachable: boolean }

/**
 * Pushes up to `limit` documents that the sink has not got, side by side, and remembers each that arrived. One that the sink does
 * not take waits, longer each time, and does not hold up the others.
 */
export async function pushDocuments(
  database: Database,
  sink: MirrorSink,
  now: () => Date,
  limit: number,
): Promise<PushResult> {
  const documents = await listDocumentsToPush(database.db, now(), limit)
  const results = await Promise.allSettled(documents.map((document) => sink.write(document)))
  const pushed = documents.filter((_, index) => results[index]!.status === 'fulfilled')
  const failed = documents.filter((_, index) => results[index]!.status === 'rejected')
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const reachable = failed.length === 0 || pushed.length > 0 || errors.some((error) => error instanceof DocumentRefused)

  await markPushed(database.db, pushed, now())
  if (reachable) await postponePushes(database.db, failed, now())
  return { pushed: pushed.length, failed: failed.map(({ path }, index) => ({ path, error: errors[index] })), reachable }
}

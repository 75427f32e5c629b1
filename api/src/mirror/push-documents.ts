import { setTimeout as after } from 'node:timers/promises'
import type { Database } from '../db/client.ts'
import { type DocumentToPush, listDocumentsToPush, markPushed, postponePushes } from '../repositories/mirror-pushes.ts'

/**
 * Where documents go. `write` replaces the whole document, or removes it where `data` is null, unless the sink has that version
 * or a later one already. It rejects with `DocumentRefused` when the sink answered, and in any other way when it did not.
 */
export type MirrorSink = { write(document: SunkDocument): Promise<void> }

/** `isNew`: the sink is not known to have any version of it. It may have one all the same. */
export type SunkDocument = {
  path: string
  version: number
  data: Record<string, unknown> | null
  isNew: boolean
}

/** The sink is there and does not take this document. */
export class DocumentRefused extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause })
    this.name = 'DocumentRefused'
  }
}

/**
 * `unanswered` were tried while the sink answered nothing at all: that is not held against them. `answersMs` is how long the others
 * took to be answered, each.
 */
export type PushResult = { pushed: number; failed: Failure[]; unanswered: Failure[]; answersMs: number[] }
type Failure = { path: string; error: unknown }
type Attempt = { document: DocumentToPush; startedAt: number; tookMs: number; error?: unknown }

/**
 * Returns what pushes up to `limit` documents that the sink has not got, side by side, and remembers each that arrived. One that
 * the sink does not take waits, longer each time; one that takes longer than `patienceMs` is left under way. Neither holds up the
 * others, least of all a change of somebody's rights.
 */
export function createPush(database: Database, sink: MirrorSink, now: () => Date, patienceMs = 250) {
  const underWay = new Map<string, Promise<void>>()
  let ended: Attempt[] = []
  let answeredAt = Number.NEGATIVE_INFINITY

  function start(document: DocumentToPush) {
    const attempt: Attempt = { document, startedAt: performance.now(), tookMs: 0 }
    const done = sink
      .write(document)
      .catch((error: unknown) => {
        attempt.error = error ?? new Error('no reason was given')
      })
      .then(() => {
        attempt.tookMs = performance.now() - attempt.startedAt
        if (attempt.error === undefined || attempt.error instanceof DocumentRefused) answeredAt = performance.now()
        ended.push(attempt)
      })
    underWay.set(nameOf(document), done)
  }

  return async (limit: number): Promise<PushResult> => {
    const documents = await listDocumentsToPush(database.db, now(), limit + underWay.size)
    const free = Math.max(limit - underWay.size, 0)
    for (const document of documents.filter((one) => !underWay.has(nameOf(one))).slice(0, free)) start(document)

    const patience = new AbortController()
    await Promise.race([
      Promise.all(underWay.values()),
      after(patienceMs, undefined, { signal: patience.signal }).catch(() => {}),
    ])
    patience.abort()

    const attempts = ended
    ended = []
    const pushed = attempts.filter((attempt) => attempt.error === undefined)
    const rejected = attempts.filter((attempt) => attempt.error !== undefined)
    const failed = rejected.filter((attempt) => answeredAt >= attempt.startedAt)
    try {
      await markPushed(database.db, pushed.map(documentOf), now())
      await postponePushes(database.db, failed.map(documentOf), now())
    } finally {
      // Not before it is remembered: it would be found and started once more.
      for (const { document } of attempts) underWay.delete(nameOf(document))
    }
    return {
      pushed: pushed.length,
      failed: failed.map(toFailure),
      unanswered: rejected.filter((attempt) => !failed.includes(attempt)).map(toFailure),
      answersMs: [...pushed, ...failed].map(({ tookMs }) => tookMs),
    }
  }
}

const nameOf = ({ kind, subjectId }: DocumentToPush) => `${kind}/${subjectId}`
const documentOf = ({ document }: Attempt) => document
const toFailure = ({ document, error }: Attempt): Failure => ({ path: document.path, error })

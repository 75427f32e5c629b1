import type { DocumentData, DocumentSnapshot, Firestore, FirestoreError } from 'firebase/firestore'
import { words } from '../i18n/language.ts'
import { backoffMs, pause } from './backoff.ts'
import type { LinkState, LiveChange, LiveSource } from './live-source.ts'

type Sdk = typeof import('firebase/firestore')
type Listening = {
  sdk: Sdk
  db: Firestore
  target: string
  signal: AbortSignal
  /** Paths that were delivered, across listeners that broke: what is no longer sent is gone. */
  known: Set<string>
}
type Callbacks = { onChange: (change: LiveChange) => void; onState: (state: LinkState) => void }

/**
 * Live documents from Firestore. The SDK reconnects by itself and then says so by `fromCache`; a listener that it gives up
 * (rules, quota) is opened again here.
 * @param open loads the SDK and the database; called on the first subscription only
 */
export function firestoreSource(open: () => Promise<{ sdk: Sdk; db: Firestore }>): LiveSource {
  let opened: ReturnType<typeof open> | undefined
  return {
    subscribe(target, onChange, onState) {
      const end = new AbortController()
      const ifOpen =
        <T>(callback: (value: T) => void) =>
        (value: T) => {
          if (!end.signal.aborted) callback(value)
        }
      const callbacks = { onChange: ifOpen(onChange), onState: ifOpen(onState) }
      callbacks.onState({ kind: 'connecting' })
      opened ??= open()
      void keepListening(opened, target, end.signal, callbacks)
      return () => end.abort()
    },
  }
}

async function keepListening(
  opened: Promise<{ sdk: Sdk; db: Firestore }>,
  target: string,
  signal: AbortSignal,
  callbacks: Callbacks,
): Promise<void> {
  const known = new Set<string>()
  for (let attempt = 0; !signal.aborted; attempt++) {
    const startedAt = Date.now()
    const error = await opened.then(
      ({ sdk, db }) => listen({ sdk, db, target, signal, known }, callbacks),
      (error: Error) => error,
    )
    if (signal.aborted) return
    const refused = 'code' in error && (error.code === 'permission-denied' || error.code === 'unauthenticated')
    callbacks.onState(
      refused
        ? { kind: 'refused', cause: words().freshness.firestoreRefuses }
        : { kind: 'unreachable', since: Date.now(), cause: error.message },
    )
    if (Date.now() - startedAt > 60_000) attempt = 0
    await pause(backoffMs(attempt, { minMs: 1000, maxMs: 30_000 }), signal)
  }
}

/** Listens until the SDK gives the listener up, and returns why; or until the signal aborts. */
function listen(listening: Listening, callbacks: Callbacks): Promise<FirestoreError | Error> {
  const { sdk, db, target, signal } = listening
  return new Promise((resolve) => {
    const onSet = follow(listening.known, callbacks)
    const options = { includeMetadataChanges: true }
    const isDocument = target.split('/').length % 2 === 0
    const stop = isDocument
      ? sdk.onSnapshot(
          sdk.doc(db, target),
          options,
          (snapshot) =>
            onSet([{ document: snapshot, isGone: !isThere(snapshot) }], () => [snapshot], snapshot.metadata.fromCache),
          resolve,
        )
      : sdk.onSnapshot(
          sdk.collection(db, target),
          options,
          (snapshot) =>
            onSet(
              snapshot
                .docChanges()
                .map(({ doc, type }) => ({ document: doc, isGone: type === 'removed' || !isThere(doc) })),
              () => snapshot.docs,
              snapshot.metadata.fromCache,
            ),
          resolve,
        )
    signal.addEventListener('abort', () => {
      stop()
      resolve(new Error('ended'))
    })
  })
}

type Changed = { document: DocumentSnapshot; isGone: boolean }

/**
 * Turns snapshots into changes. What is missing counts as gone only when the server said so: a set from the cache is what
 * happened to be known when the connection broke, and empty at the start. The whole set is looked at only when it becomes
 * current: from then on what changes is all there is.
 */
function follow(known: Set<string>, { onChange, onState }: Callbacks) {
  let wasLive = false
  const lose = (path: string) => {
    known.delete(path)
    onChange({ path, data: null })
  }
  return (changed: Changed[], all: () => DocumentSnapshot[], fromCache: boolean) => {
    for (const { document, isGone } of changed) {
      const { path } = document.ref
      if (!isGone) {
        known.add(path)
        onChange({ path, data: plain(document.data()!) })
      } else if (!fromCache && wasLive && known.has(path)) lose(path)
    }
    if (!fromCache && !wasLive) {
      const documents = all()
      const present = new Set(documents.filter(isThere).map(({ ref }) => ref.path))
      for (const path of [...known]) if (!present.has(path)) lose(path)
      // A listener that never found the document must still say that it is not there.
      if (documents[0] && present.size === 0) onChange({ path: documents[0].ref.path, data: null })
    }
    if (!fromCache) onState({ kind: 'live', via: 'firestore' })
    else if (wasLive) onState({ kind: 'unreachable', since: Date.now(), cause: words().freshness.firestoreSilent })
    wasLive = !fromCache
  }
}

/** Of a document that is gone its version is left, so that no late write brings it back. */
function isThere(document: DocumentSnapshot): boolean {
  return document.exists() && document.get('gone') !== true
}

/** Timestamps (TTL fields) become the RFC 3339 text that the contracts speak of. */
function plain(data: DocumentData): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, isTimestamp(value) ? value.toDate().toISOString() : value]),
  )
}

function isTimestamp(value: unknown): value is { toDate(): Date } {
  return typeof value === 'object' && value !== null && 'toDate' in value
}

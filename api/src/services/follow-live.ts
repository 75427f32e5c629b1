import { documentPath, type LiveEvent } from '@turnpike/contracts/live-documents.ts'
import { later } from '../domain/command-life.ts'
import { type LiveDocument, listLiveDocuments, listWrittenSince } from '../repositories/mirror-documents.ts'
import type { Operator } from './access.ts'
import type { Deps } from './deps.ts'

const pollMs = 250
/** A document whose transaction commits late has an older time than one already seen: look back this far and compare versions. */
const overlapMs = 5_000

type Listener = {
  operator: Operator
  ownPath: string
  versions: Map<string, number>
  hasFirstSet: boolean
  send: (event: LiveEvent) => void
  end: () => void
}

export type LiveStreams = {
  /** Sends all documents the operator may see, then each change. Ends by itself when his rights change: he must come back. */
  follow(operator: Operator, send: (event: LiveEvent) => void, synced: () => void, end: () => void): Promise<() => void>
  close(): void
}

/** One look at the database serves all operators' streams of this process. */
export function createLiveStreams(
  deps: Pick<Deps, 'database' | 'now'>,
  onError: (error: unknown) => void,
): LiveStreams {
  const listeners = new Set<Listener>()
  let timer: NodeJS.Timeout | undefined
  let since = deps.now()

  function schedule() {
    clearTimeout(timer)
    if (listeners.size > 0) timer = setTimeout(() => look().finally(schedule), pollMs)
  }

  async function look() {
    const lookedAt = deps.now()
    try {
      const documents = await listWrittenSince(deps.database.db, later(since, -overlapMs))
      for (const listener of listeners) for (const document of documents) offer(listener, document)
      since = lookedAt
    } catch (error) {
      onError(error)
    }
  }

  return {
    async follow(operator, send, synced, end) {
      const listener: Listener = {
        operator,
        ownPath: documentPath.operator(operator.firebaseUid),
        versions: new Map(),
        hasFirstSet: false,
        send,
        end,
      }
      const first = await listLiveDocuments(deps.database.db, listener.ownPath, operator.siteIds)
      for (const document of first) offer(listener, document)
      listener.hasFirstSet = true
      synced()
      if (listeners.size === 0) since = deps.now()
      listeners.add(listener)
      schedule()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearTimeout(timer)
      }
    },
    close() {
      clearTimeout(timer)
      for (const listener of listeners) listener.end()
      listeners.clear()
    },
  }
}

function offer(listener: Listener, document: LiveDocument) {
  const mine =
    document.siteId === null ? document.path === listener.ownPath : listener.operator.siteIds.includes(document.siteId)
  const known = listener.versions.get(document.path)
  if (!mine || (known !== undefined && known >= document.version)) return
  if (document.data === null && known === undefined) return
  listener.versions.set(document.path, document.version)
  listener.send({ path: document.path, data: document.data })
  // Role or sites may differ from what this stream was opened with.
  if (document.path === listener.ownPath && listener.hasFirstSet) listener.end()
}

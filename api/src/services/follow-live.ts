import { documentPath, type LiveEvent } from '@turnpike/contracts/live-documents.ts'
import { later } from '../domain/command-life.ts'
import { type LiveDocument, listLiveDocuments, listWrittenSince } from '../repositories/mirror-documents.ts'
import type { Operator } from './access.ts'
import type { Deps } from './deps.ts'

const pollMs = 250
/** A document whose transaction commits late has an older time than one already seen: look back this far and compare versions. */
const overlapMs = 5_000
/** What was sent is remembered for so long, though the relay's clock may differ. After that nothing looks back to it, and streams stay open for weeks. */
const sentKeptMs = 60_000

type Listener = {
  operator: Operator
  ownPath: string
  /** What was sent lately, the oldest first. */
  sent: Map<string, { version: number; at: Date }>
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
      for (const listener of listeners) {
        for (const document of documents) offer(listener, document, lookedAt)
        forgetOld(listener, later(lookedAt, -sentKeptMs))
      }
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
        sent: new Map(),
        hasFirstSet: false,
        send,
        end,
      }
      const first = await listLiveDocuments(deps.database.db, listener.ownPath, operator.siteIds)
      for (const document of first) offer(listener, document, deps.now())
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

function offer(listener: Listener, document: LiveDocument, now: Date) {
  const mine =
    document.siteId === null ? document.path === listener.ownPath : listener.operator.siteIds.includes(document.siteId)
  const known = listener.sent.get(document.path)
  if (!mine || (known !== undefined && known.version >= document.version)) return
  listener.sent.delete(document.path)
  listener.sent.set(document.path, { version: document.version, at: now })
  listener.send({ path: document.path, data: document.data })
  // Role or sites may differ from what this stream was opened with.
  if (document.path === listener.ownPath && listener.hasFirstSet) listener.end()
}

function forgetOld({ sent }: Listener, before: Date) {
  for (const [path, { at }] of sent) {
    if (at >= before) return
    sent.delete(path)
  }
}

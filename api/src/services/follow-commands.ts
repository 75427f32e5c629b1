import type { StreamedCommand } from '@turnpike/contracts/gate-command.ts'
import { type CommandRow, listPendingCommands } from '../repositories/commands.ts'
import type { Deps } from './deps.ts'

/** Commands committed by another process are heard of this soon; our own wake the streams at once. */
const pollMs = 150

type Listener = { gateId: string; sent: Set<string>; send: (command: StreamedCommand) => void }

export type CommandStreams = {
  /** Sends every live command of the gate, old ones first, and then each new one. Returns what ends it. */
  follow(gateId: string, send: (command: StreamedCommand) => void): () => void
  wake(): void
  close(): void
}

/**
 * One look at the database serves all listeners of this process. What is pending is re-read rather than followed by position, so
 * that a command whose transaction commits late is never skipped; a listener that comes back gets again what is still live.
 */
export function createCommandStreams(
  deps: Pick<Deps, 'database' | 'now'>,
  onError: (error: unknown) => void,
): CommandStreams {
  const listeners = new Set<Listener>()
  let timer: NodeJS.Timeout | undefined
  let looking = false
  let lookAgain = false
  let closed = false

  function schedule(delayMs: number) {
    clearTimeout(timer)
    if (!closed && listeners.size > 0) timer = setTimeout(wake, delayMs)
  }

  function wake() {
    if (closed || listeners.size === 0) return
    lookAgain = true
    if (looking) return
    looking = true
    look().finally(() => {
      looking = false
      schedule(pollMs)
    })
  }

  async function look() {
    while (lookAgain && !closed) {
      lookAgain = false
      try {
        const gateIds = [...new Set([...listeners].map((listener) => listener.gateId))]
        if (gateIds.length === 0) return
        const pending = await listPendingCommands(deps.database.db, gateIds, deps.now())
        const now = deps.now()
        for (const listener of listeners) offer(listener, pending, now)
      } catch (error) {
        onError(error)
      }
    }
  }

  function offer(listener: Listener, pending: CommandRow[], now: Date) {
    const mine = pending.filter((command) => command.gateId === listener.gateId && command.expiresAt > now)
    const fresh = mine.filter((command) => !listener.sent.has(command.id))
    listener.sent = new Set(mine.map((command) => command.id))
    for (const command of fresh) listener.send(toStreamed(command, now))
  }

  return {
    follow(gateId, send) {
      const listener: Listener = { gateId, sent: new Set(), send }
      listeners.add(listener)
      wake()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearTimeout(timer)
      }
    },
    wake,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

function toStreamed(command: CommandRow, now: Date): StreamedCommand {
  return {
    id: command.id,
    action: command.action,
    reason: command.reason,
    issuedAt: command.issuedAt.toISOString(),
    ttlMs: Math.max(command.expiresAt.getTime() - now.getTime(), 1),
    ...(command.holdUntil === null ? {} : { holdUntil: command.holdUntil.toISOString() }),
  }
}

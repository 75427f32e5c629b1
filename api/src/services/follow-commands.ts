import type { StreamedCommand } from '@turnpike/contracts/gate-command.ts'
import { type CommandRow, listPendingCommands } from '../repositories/commands.ts'
import type { Deps } from './deps.ts'

/** Commands committed by another process are heard of this soon; our own wake the streams at once. */
const pollMs = 150

type Listener = { gateId: string; sent: Map<string, Date>; send: (command: StreamedCommand) => void }

export type CommandStreams = {
  /** Sends every live command of the gate, old ones first, and then each new one. Returns what ends it. */
  follow(gateId: string, send: (command: StreamedCommand) => void): () => void
  wake(): void
  /** Sends a command that Postgres does not know yet, and again to a listener that comes back, as long as it lives. */
  offer(command: CommandRow): void
  /** It has a result: nobody needs to hear of it again. */
  settle(commandId: string): void
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
  const offered = new Map<string, CommandRow>()
  let timer: NodeJS.Timeout | undefined
  let looking = false
  let lookAgain = false
  let failing = false
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
        for (const listener of listeners) send(listener, pending, now)
        failing = false
      } catch (error) {
        // Said once: it is tried again several times a second.
        if (!failing) onError(error)
        failing = true
      }
    }
  }

  function send(listener: Listener, commands: Iterable<CommandRow>, now: Date) {
    for (const [id, expiresAt] of listener.sent) if (expiresAt <= now) listener.sent.delete(id)
    for (const command of commands) {
      if (command.gateId !== listener.gateId || command.expiresAt <= now || listener.sent.has(command.id)) continue
      listener.sent.set(command.id, command.expiresAt)
      listener.send(toStreamed(command, now))
    }
  }

  return {
    follow(gateId, sendTo) {
      const listener: Listener = { gateId, sent: new Map(), send: sendTo }
      listeners.add(listener)
      send(listener, offered.values(), deps.now())
      wake()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearTimeout(timer)
      }
    },
    wake,
    offer(command) {
      const now = deps.now()
      // All live equally long: the oldest come first, and in an outage there are thousands.
      for (const { id, expiresAt } of offered.values()) {
        if (expiresAt > now) break
        offered.delete(id)
      }
      offered.set(command.id, command)
      for (const listener of listeners) send(listener, [command], now)
    },
    settle: (commandId) => offered.delete(commandId),
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

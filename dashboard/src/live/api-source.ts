import { liveEvent } from '@turnpike/contracts/live-documents.ts'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { readProblem } from '../api/problem.ts'
import { words } from '../i18n/language.ts'
import { backoffMs, pause } from './backoff.ts'
import { covers, type LinkState, type LiveChange, type LiveSource } from './live-source.ts'

export type ApiSourceOptions = {
  apiUrl: string
  /** The ID token to show; `refresh` asks for a new one because the API refused the last. */
  idToken: (refresh: boolean) => Promise<string>
  /** Without a sign of life for so long the connection is taken for dead. The API pings every 10 s. */
  silenceMs?: number
  backoff?: { minMs: number; maxMs: number }
}

type Subscriber = { target: string; onChange: (change: LiveChange) => void; onState: (state: LinkState) => void }

/**
 * Live documents from the API's own stream, `GET /v1/live`: one connection for all subscriptions, opened by the first and closed
 * by the last. The API begins with the operator's rights, his sites and their gates; what a new connection no longer sends is reported as gone.
 * These are kept for who subscribes later; everything else is handed on only: a screen on the wall hears of stays for weeks.
 */
export function apiSource(options: ApiSourceOptions): LiveSource {
  const { apiUrl, idToken, silenceMs = 25_000, backoff = { minMs: 500, maxMs: 15_000 } } = options
  const subscribers = new Set<Subscriber>()
  const documents = new Map<string, Record<string, unknown>>()
  let state: LinkState = { kind: 'connecting' }
  let connection: AbortController | undefined

  function publish(next: LinkState): void {
    state = next
    for (const subscriber of [...subscribers]) subscriber.onState(next)
  }

  function deliver(change: LiveChange): void {
    if (change.data && isOfFirstSet(change.path)) documents.set(change.path, change.data)
    else documents.delete(change.path)
    for (const subscriber of [...subscribers]) if (covers(subscriber.target, change.path)) subscriber.onChange(change)
  }

  async function run(signal: AbortSignal): Promise<void> {
    let attempt = 0
    let refresh = false
    let aliveAt = Date.now()
    const onAlive = (synced: boolean) => {
      aliveAt = Date.now()
      if (!synced) return
      attempt = 0
      refresh = false
      publish({ kind: 'live', via: 'api' })
    }
    while (!signal.aborted) {
      const error = await follow(signal, refresh, onAlive).catch((error: unknown) => error)
      if (signal.aborted) return
      const status = error instanceof Refused ? error.status : undefined
      // An expired token is refused once; with a fresh one the next try is at once.
      if (status === 401 && !refresh) {
        refresh = true
        continue
      }
      const cause = causeOf(error)
      if (status === 401 || status === 403) publish({ kind: 'refused', cause })
      else publish({ kind: 'unreachable', since: aliveAt, cause })
      await pause(backoffMs(attempt++, backoff), signal)
    }
  }

  /** One connection, until it ends. Throws when it cannot be made, breaks or falls silent. */
  async function follow(signal: AbortSignal, refresh: boolean, onAlive: (synced: boolean) => void): Promise<void> {
    const silence = new AbortController()
    const tooQuiet = () => silence.abort(new Error(words().freshness.streamSilent(silenceMs / 1000)))
    let timer = setTimeout(tooQuiet, silenceMs)
    try {
      const response = await fetch(`${apiUrl}/v1/live`, {
        headers: { authorization: `Bearer ${await idToken(refresh)}`, accept: 'text/event-stream' },
        signal: AbortSignal.any([signal, silence.signal]),
        cache: 'no-store',
      })
      if (!response.ok || !response.body) {
        const problem = await readProblem(response, words().failures)
        throw new Refused(problem.message, response.status)
      }
      let sent: Set<string> | undefined = new Set()
      const reader = response.body
        .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
        .pipeThrough(new EventSourceParserStream())
        .getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        clearTimeout(timer)
        timer = setTimeout(tooQuiet, silenceMs)
        if (value.event === 'document') {
          const path = receive(value.data)
          sent?.add(path)
        }
        if (value.event === 'synced' && sent !== undefined) {
          forgetAllBut(sent)
          sent = undefined
        }
        onAlive(value.event === 'synced')
      }
    } finally {
      clearTimeout(timer)
    }
  }

  function receive(text: string): string {
    const parsed = liveEvent.safeParse(JSON.parse(text))
    if (!parsed.success) throw new Error(words().freshness.notUnderstood)
    deliver(parsed.data)
    return parsed.data.path
  }

  function forgetAllBut(sent: Set<string>): void {
    for (const path of [...documents.keys()]) if (!sent.has(path)) deliver({ path, data: null })
  }

  return {
    subscribe(target, onChange, onState) {
      const subscriber: Subscriber = { target, onChange, onState }
      subscribers.add(subscriber)
      if (!connection) {
        connection = new AbortController()
        state = { kind: 'connecting' }
        void run(connection.signal)
      }
      for (const [path, data] of documents) if (covers(target, path)) onChange({ path, data })
      onState(state)
      return () => {
        subscribers.delete(subscriber)
        if (subscribers.size > 0 || !connection) return
        connection.abort()
        connection = undefined
        documents.clear()
      }
    },
  }
}

function isOfFirstSet(path: string): boolean {
  return ['operators', 'sites', 'gates'].includes(path.split('/').at(-2) ?? '')
}

/** What a browser says of a connection that it cannot make, or that breaks, is for programmers: `Failed to fetch`. */
function causeOf(error: unknown): string {
  const { streamBroken, streamEnded } = words().freshness
  if (error instanceof TypeError) return streamBroken
  return error instanceof Error ? error.message : streamEnded
}

class Refused extends Error {
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

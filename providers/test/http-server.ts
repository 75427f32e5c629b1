import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach } from 'vitest'

export type Received = { method: string; url: URL; headers: IncomingHttpHeaders; body: string }
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> }
/** What the other side says to a request; `undefined` or `hang` leaves it without an answer. */
export type Answer = (request: Received, response: ServerResponse) => Reply | 'hang' | Promise<Reply | 'hang'>

const open: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()))
})

/** The other side of the wire, on a free port: keeps what arrives and answers as told. Ends with the test. */
export async function httpServer(answer: Answer) {
  const received: Received[] = []
  const server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url!, 'http://here')
    const request = { method: incoming.method!, url, headers: incoming.headers, body: await text(incoming) }
    received.push(request)
    const reply = await answer(request, response)
    if (reply === 'hang' || response.destroyed) return
    const isText = typeof reply.body === 'string'
    response.writeHead(reply.status, { 'content-type': isText ? 'text/plain' : 'application/json', ...reply.headers })
    response.end(reply.body === undefined ? undefined : isText ? reply.body : JSON.stringify(reply.body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  open.push({ stop })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, stop }
}

/** Answers by `METHOD /path`, each in turn, the last from then on; what is not named is 404 in the words given. */
export function routes(table: Record<string, Reply | Reply[]>, missing: Reply): Answer {
  const counts = new Map<string, number>()
  return ({ method, url }) => {
    const key = `${method} ${url.pathname}`
    const replies = [table[key] ?? missing].flat()
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    return replies[Math.min(count, replies.length - 1)]!
  }
}

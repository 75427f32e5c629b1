import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** A server that speaks as `GET /v1/live` does, or as badly as a test wants. Answers are used in order, the last one for ever. */
export class LiveServer {
  readonly requests: IncomingMessage[] = []
  readonly open = new Set<ServerResponse>()
  readonly #server = createServer((request, response) => this.#answer(request, response))
  #answers: Answer[] = []

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** What the next requests get. */
  willAnswer(...answers: Answer[]): void {
    this.#answers = answers
  }

  send(text: string): void {
    for (const response of this.open) response.write(text)
  }

  /** Breaks every connection, as a crash of the server would. */
  breakAll(): void {
    for (const response of this.open) response.destroy()
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request)
    this.open.add(response)
    response.once('close', () => this.open.delete(response))
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]
    answer?.(response, request)
  }
}

/** The text of one event. */
export function event(name: string, data: unknown = {}): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

export function documentEvent(path: string, data: unknown): string {
  return event('document', { path, data })
}

/** A stream that begins with these documents as the full set, and stays open. */
export function stream(documents: Record<string, unknown>): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const first = Object.entries(documents).map(([path, data]) => documentEvent(path, data))
    response.write([...first, event('synced')].join(''))
  }
}

export function refusal(status: number, detail: string): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ status, detail }))
  }
}

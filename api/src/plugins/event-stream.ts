import { PassThrough } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Often enough that no proxy in between takes the stream for dead. */
const beatMs = 10_000
/** More than any reader is behind that still reads. */
const mostUnreadBytes = 1 << 20

export type EventStream = {
  send(event: { event?: string; id?: string; data: unknown }): void
  /** Ends a reader that gets far behind from now on. What waits for it already, such as a first set, may take as long as it takes. */
  keepUp(): void
  end(): void
}

/**
 * Answers with server-sent events. `onEnd` runs once, whoever ends the stream. `beat` is what is sent now and then so that both
 * sides see a broken connection: a comment, or an event where the reader cannot see comments.
 */
export function startEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  beat: string,
  onEnd: () => void,
): EventStream {
  const stream = new PassThrough()
  let mostWaiting = Number.POSITIVE_INFINITY
  const write = (text: string) => {
    if (stream.destroyed) return
    stream.write(text)
    // It would wait in memory, for as long as the connection of a reader that is stopped or unreachable lasts.
    if (stream.writableLength <= mostWaiting) return
    request.log.info('a stream is ended whose reader reads no more')
    stream.destroy()
  }
  const timer = setInterval(() => write(beat), beatMs)
  stream.once('close', () => {
    clearInterval(timer)
    onEnd()
  })
  request.raw.once('close', () => stream.destroy())
  reply
    // Kept alive after the stream has ended it would keep the process from ending, too.
    .header('connection', 'close')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .type('text/event-stream; charset=utf-8')
    .send(stream)
  write(beat)
  return {
    send({ event, id, data }) {
      const lines = [event && `event: ${event}`, id && `id: ${id}`, `data: ${JSON.stringify(data)}`].filter(Boolean)
      write(`${lines.join('\n')}\n\n`)
    },
    keepUp() {
      mostWaiting = stream.writableLength + mostUnreadBytes
    },
    end: () => stream.end(),
  }
}

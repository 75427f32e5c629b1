import { PassThrough } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Often enough that no proxy in between takes the stream for dead. */
const beatMs = 10_000

export type EventStream = {
  send(event: { event?: string; id?: string; data: unknown }): void
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
  const timer = setInterval(() => stream.write(beat), beatMs)
  stream.once('close', () => {
    clearInterval(timer)
    onEnd()
  })
  request.raw.once('close', () => stream.destroy())
  reply
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .type('text/event-stream; charset=utf-8')
    .send(stream)
  stream.write(beat)
  return {
    send({ event, id, data }) {
      const lines = [event && `event: ${event}`, id && `id: ${id}`, `data: ${JSON.stringify(data)}`].filter(Boolean)
      if (!stream.destroyed) stream.write(`${lines.join('\n')}\n\n`)
    },
    end: () => stream.end(),
  }
}

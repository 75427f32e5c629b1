import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type EventStream, startEventStream } from '../plugins/event-stream.ts'
import { operatorOf } from '../plugins/operator-auth.ts'
import type { LiveStreams } from '../services/follow-live.ts'
import { operatorSchema } from './resource.ts'

/** The mirror's documents without Firestore: the same, in the same versions, under the same access rules. */
export async function live(app: FastifyInstance, streams: LiveStreams) {
  app.get(
    '/v1/live',
    {
      // A HEAD would begin to follow, and have nothing to show of it.
      exposeHeadRoute: false,
      schema: {
        ...operatorSchema,
        operationId: 'followLive',
        summary: 'Your sites live, as server-sent events',
        description:
          'Sends `document` events ({path, data}) for your rights, your sites and their gates, then `synced`, then each change of any document of your sites; `ping` every 10 s. Ends when your rights change: connect again. Read it with fetch: it needs the Authorization header.',
        response: { 200: { content: { 'text/event-stream': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      let unfollow = () => {}
      let gone = false
      const stream: EventStream = startEventStream(request, reply, 'event: ping\ndata: {}\n\n', () => {
        gone = true
        unfollow()
      })
      const following = streams.follow(
        operatorOf(request),
        (event) => stream.send({ event: 'document', data: event }),
        () => {
          stream.send({ event: 'synced', data: {} })
          stream.keepUp()
        },
        () => stream.end(),
      )
      following.then(
        (stop) => {
          unfollow = stop
          // Who went away during the first look must not be followed for ever.
          if (gone) stop()
        },
        (err) => {
          request.log.warn({ err }, 'a live stream could not begin')
          stream.end()
        },
      )
      return reply
    },
  )
}

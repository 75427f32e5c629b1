import type { FastifyInstance } from 'fastify'
import { type EventStream, startEventStream } from '../plugins/event-stream.ts'
import { operatorOf } from '../plugins/operator-auth.ts'
import type { LiveStreams } from '../services/follow-live.ts'

/** The mirror's documents without Firestore: the same, in the same versions, under the same access rules. */
export async function live(app: FastifyInstance, streams: LiveStreams) {
  app.get(
    '/v1/live',
    {
      schema: {
        tags: ['operator'],
        summary: 'Your sites live, as server-sent events',
        description:
          'Sends `document` events ({path, data}) for all there is, then `synced`, then each change; `ping` every 10 s. Ends when your rights change: connect again. Read it with fetch: it needs the Authorization header.',
        security: [{ idToken: [] }],
      },
    },
    async (request, reply) => {
      let unfollow = () => {}
      const stream: EventStream = startEventStream(request, reply, 'event: ping\ndata: {}\n\n', () => unfollow())
      unfollow = await streams.follow(
        operatorOf(request),
        (event) => stream.send({ event: 'document', data: event }),
        () => stream.send({ event: 'synced', data: {} }),
        () => stream.end(),
      )
      return reply
    },
  )
}

import multipart from '@fastify/multipart'
import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { turnpikeAnswer, turnpikeEvent } from '@turnpike/contracts/camera-event.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { CameraMessage } from '../cameras/adapter.ts'
import { adapters } from '../cameras/formats.ts'
import { mostBytes, multipartOptions, readCameraPayload } from '../plugins/camera-payload.ts'
import { cameraCredentials } from '../plugins/credentials.ts'
import type { Metrics } from '../plugins/metrics.ts'
import { answerRead } from '../services/answer-read.ts'
import type { CameraDirectory } from '../services/authenticate-camera.ts'
import type { Deps } from '../services/deps.ts'

type Camera = Awaited<ReturnType<CameraDirectory['authenticate']>>
const known = new WeakMap<FastifyRequest, Camera>()

/** What other formats than `turnpike` come as; their JSON is their makers' own. */
const othersTake = {
  'application/xml': z.string().describe('hikvision'),
  'multipart/form-data': z.unknown().describe('hikvision, axis: the event with its pictures, which are not kept'),
}

/** Where cameras post what they read, each in its own format. */
export async function cameraEvents(app: FastifyInstance, deps: Deps & { cameras: CameraDirectory }, metrics: Metrics) {
  app.removeAllContentTypeParsers()
  await app.register(multipart, multipartOptions)
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostBytes }, (_request, body, done) => done(null, body))

  app.addHook(
    'onRequest',
    app.rateLimit({
      max: 100,
      timeWindow: 1_000,
      keyGenerator: (request) => `${(request.params as { cameraId: string }).cameraId} ${request.ip}`,
    }),
  )
  // Before the body is read: a stranger does not get to send us megabytes.
  app.addHook('onRequest', async (request) => {
    const { cameraId } = request.params as { cameraId: string }
    known.set(request, await deps.cameras.authenticate(cameraId, cameraCredentials(request)))
  })
  // Whatever was wrong with it: not of the format, too large, or of no type that is taken.
  app.addHook('onResponse', async (request, reply) => {
    const camera = known.get(request)
    if (camera && [400, 413, 415].includes(reply.statusCode)) metrics.payloadRefused(camera.format)
  })

  const routes = app.withTypeProvider<ZodTypeProvider>()
  // Some firmware appends a path of its own to the address it was given, and some can send its key nowhere else.
  for (const url of ['/events', '/events/*', '/events/key/:key', '/events/key/:key/*'])
    routes.post(
      `/v1/cameras/:cameraId${url}`,
      {
        bodyLimit: mostBytes,
        schema: {
          tags: ['camera'],
          summary: 'What a camera read, in the format it is set to',
          description:
            'Format `turnpike` is shown; other formats are taken and answered as the firmware expects. The key is the password of the user `turnpike` (Digest or Basic), or a Bearer token; for firmware that can do nothing else it stands in the path, after `key/`. A repeat of an event id gets the stored decision and moves nothing.',
          params: z.object({
            cameraId: id,
            ...(url.includes(':key') && { key: z.string().describe('the key of the camera') }),
            ...(url.endsWith('*') && { '*': z.string().describe('what the firmware appends') }),
          }),
          takes: { 'application/json': turnpikeEvent, ...othersTake },
          response: { 200: turnpikeAnswer },
          security: url.includes(':key') ? [] : [{ deviceKey: [] }, { deviceBasic: [] }, { deviceDigest: [] }],
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request, reply) => {
        const camera = known.get(request)!
        const lookAgain = () => deps.cameras.authenticateAnew(camera.id, cameraCredentials(request))
        const message = await receive(request, camera, (request.params as { '*'?: string })['*'] ?? '')
        const answers: (TurnpikeAnswer | null)[] = []
        for (const read of message.reads) {
          const started = performance.now()
          const { decision } = await answerRead(deps, camera, lookAgain, read, request.id)
          metrics.readAnswered(camera, decision, (performance.now() - started) / 1000)
          answers.push(decision)
        }
        const { contentType, body } = message.reply(answers)
        return reply
          .type(contentType)
          .serializer(String)
          .send(body as never)
      },
    )
}

async function receive(request: FastifyRequest, camera: Camera, path: string): Promise<CameraMessage> {
  const place = { timeZone: camera.timeZone, opensByReply: camera.actuation === 'reply' }
  return adapters[camera.format].receive(await readCameraPayload(request, path), place)
}

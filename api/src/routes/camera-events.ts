import multipart from '@fastify/multipart'
import type { CameraRead, TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { turnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type CameraAdapter, type CameraPayload, MalformedPayload } from '../cameras/adapter.ts'
import { adapterFor } from '../cameras/formats.ts'
import { deviceKey } from '../plugins/credentials.ts'
import type { Metrics } from '../plugins/metrics.ts'
import type { CameraDirectory } from '../services/authenticate-camera.ts'
import type { Deps } from '../services/deps.ts'
import { recordRead } from '../services/record-read.ts'

/** Cameras send their pictures along; these are read past, never kept. */
const bodyLimit = 12 * 1024 * 1024
/** What is parsed is small: parsing holds up every other gate of the process. */
const textLimit = 256 * 1024

const known = new WeakMap<FastifyRequest, Awaited<ReturnType<CameraDirectory['authenticate']>>>()

/** Where cameras post what they read, each in its own format. */
export async function cameraEvents(app: FastifyInstance, deps: Deps & { cameras: CameraDirectory }, metrics: Metrics) {
  app.removeAllContentTypeParsers()
  await app.register(multipart, {
    limits: { fileSize: bodyLimit, fieldSize: textLimit, files: 8, fields: 32, parts: 40 },
  })
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: textLimit }, (_request, body, done) => done(null, body))

  app.addHook(
    'onRequest',
    app.rateLimit({
      max: 100,
      timeWindow: 1_000,
      keyGenerator: (request) => `${(request.params as { cameraId: string }).cameraId} ${request.ip}`,
    }),
  )
  // Before the body is read: a stranger does not get to send us twelve megabytes.
  app.addHook('onRequest', async (request) => {
    const { cameraId } = request.params as { cameraId: string }
    known.set(request, await deps.cameras.authenticate(cameraId, deviceKey(request)))
  })

  const routes = app.withTypeProvider<ZodTypeProvider>()
  // Some firmware appends a path of its own to the address it was given.
  for (const url of ['/v1/cameras/:cameraId/events', '/v1/cameras/:cameraId/events/*'])
    routes.post(
      url,
      {
        bodyLimit,
        schema: {
          tags: ['camera'],
          summary: 'What a camera read, in the format it is set to',
          description:
            'Format `turnpike` is shown; other formats are taken and answered as the firmware expects. The key is sent as a Bearer token or as the Basic password. A repeat of an event id gets the stored decision and moves nothing.',
          params: z.object({ cameraId: id, '*': z.string().optional() }),
          response: { 200: turnpikeAnswer },
          security: [{ deviceKey: [] }],
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request, reply) => {
        const camera = known.get(request)!
        const lookAgain = () => deps.cameras.authenticateAnew(camera.id, deviceKey(request)!)
        const adapter = adapterFor(camera.format)
        const answers: (TurnpikeAnswer | null)[] = []
        for (const read of await readsOf(request, adapter, metrics)) {
          const started = performance.now()
          const { decision } = await recordRead(deps, camera, lookAgain, read, request.id)
          metrics.readAnswered(camera.format, decision, (performance.now() - started) / 1000)
          answers.push(decision)
        }
        const { contentType, body } = adapter.toReply(answers)
        return reply
          .type(contentType)
          .serializer(String)
          .send(body as never)
      },
    )
}

async function readsOf(request: FastifyRequest, adapter: CameraAdapter, metrics: Metrics): Promise<CameraRead[]> {
  const payload = await readPayload(request)
  try {
    return adapter.toReads(payload)
  } catch (error) {
    if (error instanceof MalformedPayload) metrics.payloadRefused(adapter.format)
    throw error
  }
}

async function readPayload(request: FastifyRequest): Promise<CameraPayload> {
  const contentType = request.headers['content-type'] ?? ''
  if (!request.isMultipart()) {
    const { body } = request
    return { contentType, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0), parts: [] }
  }
  try {
    return { contentType: 'multipart/form-data', body: Buffer.alloc(0), parts: await readParts(request) }
  } catch (error) {
    // What busboy says of a body that is cut off or has no boundary carries no status.
    if (error instanceof Error && !('statusCode' in error) && !(error instanceof MalformedPayload))
      throw new MalformedPayload('The multipart body cannot be read.', [], error)
    throw error
  }
}

async function readParts(request: FastifyRequest): Promise<CameraPayload['parts']> {
  const parts: CameraPayload['parts'] = []
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      parts.push({ name: part.fieldname, contentType: part.mimetype, body: Buffer.from(String(part.value)) })
    } else if (part.mimetype.startsWith('image/')) {
      part.file.resume()
    } else {
      const name = part.filename === '' || part.filename === undefined ? part.fieldname : part.filename
      const body = await part.toBuffer()
      if (body.length > textLimit)
        throw new MalformedPayload(`A part that is no picture may have ${textLimit} bytes at most.`)
      parts.push({ name, contentType: part.mimetype, body })
    }
  }
  return parts
}

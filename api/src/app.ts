import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { JSONWebKeySet } from 'jose'
import type { LoggerOptions } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { internalTokenVerifier } from './plugins/internal-auth.ts'
import { createMetrics } from './plugins/metrics.ts'
import { complete, openapi, transform } from './plugins/openapi.ts'
import { requireOperator, type VerifyIdToken } from './plugins/operator-auth.ts'
import { frameworkProblem, registerProblems } from './plugins/problems.ts'
import { cameraEvents } from './routes/camera-events.ts'
import { entitlements } from './routes/entitlements.ts'
import { gateControllers } from './routes/gate-controllers.ts'
import { live } from './routes/live.ts'
import { operatorCommands } from './routes/operator-commands.ts'
import { operators } from './routes/operators.ts'
import { paymentEvents } from './routes/payment-events.ts'
import { places } from './routes/places.ts'
import { platform } from './routes/platform.ts'
import { quotes } from './routes/quotes.ts'
import { records } from './routes/records.ts'
import { reports } from './routes/reports.ts'
import { createCameraDirectory } from './services/authenticate-camera.ts'
import { mirrorLag } from './services/check-readiness.ts'
import type { Deps } from './services/deps.ts'
import { createCommandStreams } from './services/follow-commands.ts'
import { createLiveStreams } from './services/follow-live.ts'
import { warmUp } from './services/warm-up.ts'

export type AppOptions = Omit<Deps, 'wakeCommandStreams' | 'newId' | 'newKey' | 'pause'> & {
  logger: LoggerOptions | false
  verifyIdToken: VerifyIdToken
  functionKeys: JSONWebKeySet
  /** Proxies whose X-Forwarded-For is believed: rate limits count by the address behind them. */
  trustProxy?: string | undefined
}

/** The HTTP side of the core, wired but not listening. What it is given is closed by whoever gave it. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { logger, verifyIdToken, functionKeys, trustProxy, ...outside } = options
  const app = Fastify({
    logger,
    genReqId: () => uuidv7(),
    requestIdHeader: false,
    bodyLimit: 256 * 1024,
    // Open requests are answered at shutdown; only idle connections are cut.
    forceCloseConnections: 'idle',
    trustProxy: trustProxy ?? false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: frameworkProblem,
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  registerProblems(app)

  await app.register(helmet, { contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } })
  await app.register(cors, {
    origin: new URL(options.dashboardUrl).origin,
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: ['allow', 'content-disposition', 'etag', 'location', 'retry-after', 'x-request-id'],
  })
  await app.register(rateLimit, { global: false })
  await app.register(swagger, { openapi, transform, transformObject: complete })
  await app.register(swaggerUi, { routePrefix: '/docs' })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })

  const streamDeps = { database: outside.database, now: outside.now }
  const reportError = (error: unknown) => app.log.error({ err: error }, 'a stream could not look at the database')
  const commands = createCommandStreams(streamDeps, reportError)
  const liveStreams = createLiveStreams(streamDeps, reportError)
  const deps = {
    ...outside,
    newId: uuidv7,
    newKey: () => randomBytes(32).toString('base64url'),
    pause: (milliseconds: number) => setTimeout(milliseconds),
    wakeCommandStreams: commands.wake,
    cameras: createCameraDirectory(streamDeps),
  }
  // A process that starts while Postgres is away must still be there when it comes back.
  app.addHook('onReady', () => warmUp(deps).catch((err) => app.log.warn({ err }, 'the database does not answer yet')))
  const metrics = createMetrics(() => mirrorLag(deps))
  app.addHook('preClose', async () => {
    commands.close()
    liveStreams.close()
  })

  await app.register((scope) => platform(scope, deps, metrics))
  await app.register((scope) => cameraEvents(scope, deps, metrics))
  await app.register((scope) => gateControllers(scope, deps, commands))
  await app.register((scope) => paymentEvents(scope, deps, internalTokenVerifier(functionKeys)))
  await app.register((scope) => quotes(scope, deps))
  await app.register(async (scope) => {
    requireOperator(scope, deps, verifyIdToken)
    await scope.register((inner) => places(inner, deps))
    await scope.register((inner) => entitlements(inner, deps))
    await scope.register((inner) => operators(inner, deps))
    await scope.register((inner) => records(inner, deps))
    await scope.register((inner) => reports(inner, deps))
    await scope.register((inner) => operatorCommands(inner, deps))
    await scope.register((inner) => live(inner, liveStreams))
  })
  return app
}

import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { JSONWebKeySet } from 'jose'
import type { DestinationStream, LoggerOptions } from 'pino'
import { newId } from './new-id.ts'
import { type FunctionIdentity, identityVerifier, internalTokenVerifier } from './plugins/internal-auth.ts'
import { RequestLog } from './plugins/log.ts'
import { createMetrics } from './plugins/metrics.ts'
import { complete, openapi, transform } from './plugins/openapi.ts'
import { requireOperator, type VerifyIdToken } from './plugins/operator-auth.ts'
import { frameworkProblem, registerProblems } from './plugins/problems.ts'
import { securityHeaders } from './plugins/security-headers.ts'
import { seldom } from './plugins/seldom.ts'
import { repeat } from './repeat.ts'
import { cameraEvents } from './routes/camera-events.ts'
import { entitlements } from './routes/entitlements.ts'
import { gateControllers } from './routes/gate-controllers.ts'
import { holders } from './routes/holders.ts'
import { live } from './routes/live.ts'
import { money } from './routes/money.ts'
import { operatorCommands } from './routes/operator-commands.ts'
import { operators } from './routes/operators.ts'
import { paymentEvents } from './routes/payment-events.ts'
import { places } from './routes/places.ts'
import { platform } from './routes/platform.ts'
import { quotes } from './routes/quotes.ts'
import { records } from './routes/records.ts'
import { reports } from './routes/reports.ts'
import { sessionBills } from './routes/session-bills.ts'
import { type Webhooks, webhooks } from './routes/webhooks.ts'
import { decidesWithinMs, mostAtWork } from './services/answer-read.ts'
import { type CameraDirectory, createCameraDirectory } from './services/authenticate-camera.ts'
import { createBringIn } from './services/bring-in-journal.ts'
import {
  cameraClocks,
  countMissingRecords,
  mayChangeAuditTrail,
  mirrorLag,
  moneyFigures,
} from './services/check-readiness.ts'
import type { Deps } from './services/deps.ts'
import { createAnswerMemory } from './services/fallback/answer-memory.ts'
import { rememberEveryMs } from './services/fallback/lane-memory.ts'
import { createPassMemory } from './services/fallback/pass-memory.ts'
import { patientJournal } from './services/fallback/patient-journal.ts'
import { fewAtOnce } from './services/few-at-once.ts'
import { createCommandStreams } from './services/follow-commands.ts'
import { createLiveStreams } from './services/follow-live.ts'
import { writeCommandResult } from './services/record-command-result.ts'
import { writePassage } from './services/record-passage.ts'
import { createRoundTrips } from './services/round-trips.ts'
import { createStrangers } from './services/strangers.ts'
import { warmUp } from './services/warm-up.ts'

/** What an app makes for itself, for its own process. */
type OwnDeps =
  | 'wakeCommandStreams'
  | 'offerCommand'
  | 'settleCommand'
  | 'newId'
  | 'newKey'
  | 'pause'
  | 'roundTrips'
  | 'deciding'
  | 'passes'
  | 'answers'
  | 'strangers'
  | 'bringIn'
  | 'waitsBefore'
  | 'noteFailure'
  | 'noteGuard'
  | 'notePaymentEvent'

export type AppOptions = Omit<Deps, OwnDeps> & {
  logger: (LoggerOptions & { stream?: DestinationStream }) | false
  verifyIdToken: VerifyIdToken
  functionKeys: JSONWebKeySet
  /** Asked for besides the function's own token. */
  functionIdentity?: FunctionIdentity | undefined
  /** Proxies whose X-Forwarded-For is believed: rate limits count by the address behind them. */
  trustProxy?: string | undefined
  /** In `postgres_only` no document waits for Firestore, and providers tell the core itself. */
  profile?: 'hybrid' | 'postgres_only'
  webhooks?: Webhooks
}

/** The HTTP side of the core, wired but not listening. What it is given is closed by whoever gave it. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const {
    logger,
    verifyIdToken,
    functionKeys,
    functionIdentity,
    trustProxy,
    profile = 'hybrid',
    webhooks: heard = {},
    ...outside
  } = options
  const app = Fastify({
    logger,
    genReqId: newId,
    logController: new RequestLog(),
    requestIdHeader: false,
    bodyLimit: 256 * 1024,
    // Who sends a body without end keeps a connection, and the process at shutdown.
    requestTimeout: 60_000,
    // Open requests are answered at shutdown; only idle connections are cut.
    forceCloseConnections: 'idle',
    trustProxy: trustProxy ?? false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: frameworkProblem,
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  registerProblems(app)

  await securityHeaders(app)
  await app.register(cors, {
    origin: new URL(options.dashboardUrl).origin,
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    // Whoever asks what he may do is told, also who is no browser: strictly, that would be a complaint in plain text.
    strictPreflight: false,
    exposedHeaders: ['allow', 'content-disposition', 'etag', 'location', 'retry-after', 'x-request-id'],
  })
  await app.register(rateLimit, { global: false })
  await app.register(swagger, { openapi, transform, transformObject: complete })
  await app.register(swaggerUi, { routePrefix: '/docs' })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })

  const seen = { database: outside.database, now: outside.now }
  const reportError = (error: unknown) => app.log.error({ err: error }, 'a stream could not look at the database')
  const commands = createCommandStreams(seen, reportError)
  const liveStreams = createLiveStreams(seen, reportError)
  const { lanes } = outside
  const journal = patientJournal(outside.journal, (err) => app.log.error({ err }, 'the disk of the journal fails'))
  const metrics = createMetrics({
    mirrorLag: () => mirrorLag(seen),
    pushes: profile === 'hybrid',
    journal: () => ({ waiting: journal.size(), damaged: journal.damaged() }),
    missingRecords: () => countMissingRecords(seen),
    cameraClocks: () => cameraClocks(seen),
    money: () => moneyFigures(seen),
    providers: outside.providers,
    rememberedAt: lanes.lookedAt,
    now: seen.now,
  })
  // In the way of the next read at the site: with as little patience as a decision.
  const hurried = { database: outside.gateDatabase, now: outside.now, newId }
  const roundTrips = createRoundTrips()
  const stopping = new AbortController()
  const { bringIn, waitsBefore } = createBringIn(
    { ...hurried, journal },
    {
      passage: ({ gateId, report, requestId, at }) => writePassage(hurried, gateId, report, requestId, new Date(at)),
      command_result: ({ gateId, siteId, commandId, result, requestId, at }) =>
        writeCommandResult(hurried, { id: gateId, siteId }, commandId, result, requestId, new Date(at)),
    },
    (err) => app.log.error({ err }, 'a record of the journal cannot be brought in'),
    stopping.signal,
  )
  // Each has its record; in an outage there are as many as cars.
  const fails = (failure: string) =>
    seldom((times, err: unknown) => app.log.error({ err, failure, times }, 'reads are decided without Postgres'))
  const tellOf = { db_down: fails('db_down'), slow: fails('slow') }
  const strangers = createStrangers()
  const deps: Deps & { cameras: CameraDirectory } = {
    ...outside,
    journal,
    roundTrips,
    deciding: fewAtOnce(() => roundTrips.toKeepAtWork(mostAtWork), decidesWithinMs),
    passes: createPassMemory(),
    answers: createAnswerMemory(),
    strangers,
    bringIn,
    noteGuard: metrics.guardFailed,
    notePaymentEvent: metrics.paymentEventTaken,
    waitsBefore,
    noteFailure(failure, err) {
      metrics.decidedInFallback(failure)
      tellOf[failure](err)
    },
    newId,
    newKey: () => randomBytes(32).toString('base64url'),
    pause: (milliseconds: number) => setTimeout(milliseconds),
    wakeCommandStreams: commands.wake,
    offerCommand: commands.offer,
    settleCommand: commands.settle,
    cameras: createCameraDirectory({ ...seen, lanes, strangers }),
  }
  const repeating: (() => Promise<void>)[] = []
  app.addHook('onReady', async () => {
    const warn = (message: string) => (err: unknown) => app.log.warn({ err }, message)
    // A process that starts while Postgres is away must still be there when it comes back.
    await warmUp(deps).catch(warn('the database does not answer yet'))
    await lanes.refresh().catch(warn('the lanes are not known yet'))
    if (await mayChangeAuditTrail(deps).catch(() => false))
      app.log.warn('DATABASE_URL is a role that may change the audit trail: connect as the login that migrations make')
    repeating.push(
      again(() => lanes.refresh(), rememberEveryMs, warn('the lanes could not be looked up')),
      again(() => bringIn(), 500, warn('the journal could not be brought in')),
    )
  })
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
    stopping.abort()
    commands.close()
    liveStreams.close()
    await Promise.all(repeating.map((stop) => stop()))
  })
  // A connection that was busy at shutdown and is kept alive afterwards would keep the process from ending.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close')
    done()
  })

  await app.register((scope) => platform(scope, deps, metrics))
  await app.register((scope) => cameraEvents(scope, deps, metrics))
  await app.register((scope) => gateControllers(scope, deps, commands))
  const verifyIdentity = functionIdentity && identityVerifier(functionIdentity)
  await app.register((scope) => paymentEvents(scope, deps, internalTokenVerifier(functionKeys), verifyIdentity))
  if (profile === 'postgres_only') await app.register((scope) => webhooks(scope, deps, heard))
  await app.register((scope) => quotes(scope, deps))
  await app.register((scope) => holders(scope, deps))
  await app.register(async (scope) => {
    requireOperator(scope, deps, verifyIdToken)
    await scope.register((inner) => places(inner, deps))
    await scope.register((inner) => entitlements(inner, deps))
    await scope.register((inner) => operators(inner, deps))
    await scope.register((inner) => records(inner, deps))
    await scope.register((inner) => sessionBills(inner, deps))
    await scope.register((inner) => reports(inner, deps))
    await scope.register((inner) => money(inner, deps))
    await scope.register((inner) => operatorCommands(inner, deps))
    await scope.register((inner) => live(inner, liveStreams))
  })
  return app
}

function again(work: () => Promise<void>, pauseMs: number, onError: (error: unknown) => void) {
  return repeat(() => work().then(() => 'done' as const), {
    pauseMs,
    longestPauseMs: Math.max(pauseMs, 2_000),
    onError,
  })
}

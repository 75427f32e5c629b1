import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../errors.ts'
import type { Metrics } from '../plugins/metrics.ts'
import { askOnce } from '../services/ask-once.ts'
import { checkReadiness } from '../services/check-readiness.ts'
import type { Deps } from '../services/deps.ts'

/** Whoever asks more often gets the answer that others got: nobody is asked for who he is here. */
const answerCountsMs = 1_000

/** What the platform asks: alive, ready, how it is doing. */
export async function platform(app: FastifyInstance, deps: Deps, metrics: Metrics) {
  const schema = { tags: ['platform'] }
  const text = { 200: { content: { 'text/plain': { schema: z.string() } } } }
  const isReady = askOnce(answerCountsMs, () => checkReadiness(deps))
  const collect = askOnce(answerCountsMs, () => metrics.collect())
  const ok = z.object({ status: z.literal('ok') })
  app.get('/healthz', { schema: { ...schema, summary: 'The process is alive', response: { 200: ok } } }, async () => ({
    status: 'ok',
  }))
  app.get('/readyz', { schema: { ...schema, summary: 'Decisions can be made', response: { 200: ok } } }, async () => {
    if (await isReady()) return { status: 'ok' }
    throw new Refusal('unavailable', 'The database does not answer.')
  })
  app.get(
    '/metrics',
    { schema: { ...schema, summary: 'Prometheus metrics', response: text } },
    async (_request, reply) => reply.type(metrics.contentType).send(await collect()),
  )
}

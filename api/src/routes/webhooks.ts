import { type ProviderName, paymentEventResult, providerName } from '@turnpike/contracts/payment-event.ts'
import { NotConfigured } from '@turnpike/providers/errors.ts'
import type { PaymentWebhook } from '@turnpike/providers/provider.ts'
import { webhookAnswer } from '@turnpike/providers/webhook-answer.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { answerProblem } from '../plugins/problems.ts'
import type { Deps } from '../services/deps.ts'
import { recordPaymentEvent } from '../services/record-payment-event.ts'

export type Webhooks = Partial<Record<ProviderName, PaymentWebhook>>

const receipt = z.object({ eventId: z.string(), eventType: z.string(), result: paymentEventResult })
const anything = z.looseObject({}).meta({ examples: [{ id: 'evt_1', type: 'checkout.session.completed' }] })

/**
 * Where providers tell us in the profile without Cloud Functions: the same code proves and understands what they say, and the same
 * table answers. 2xx is said only once it is stored.
 */
export async function webhooks(app: FastifyInstance, deps: Deps, configured: Webhooks) {
  app.removeAllContentTypeParsers()
  // The signature is over the exact bytes.
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 256 * 1024 }, (_request, body, done) =>
    done(null, body),
  )
  app.setErrorHandler((error: Error, request, reply) => {
    const answer = webhookAnswer(error)
    if (answer === undefined) throw error
    // What is a fault of ours is logged with its answer; this one looks like the sender's, and is not.
    if (answer.loud && answer.status < 500) request.log.error({ err: error }, 'a webhook was refused')
    return answerProblem(request, reply, answer, error)
  })
  const routes = app.withTypeProvider<ZodTypeProvider>()
  for (const name of providerName.options)
    routes.post(
      `/webhooks/${name}`,
      {
        schema: {
          tags: ['internal'],
          summary: `What ${name} tells`,
          description: 'Signed by the provider; the body is its own.',
          takes: { 'application/json': anything },
          response: { 200: receipt },
        },
      },
      async (request) => {
        const webhook = configured[name]
        if (webhook === undefined) throw new NotConfigured(`${name} lacks a secret or a setting here`)
        const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const told = await webhook.verify(rawBody, request.headers, deps.now())
        const { result } = await recordPaymentEvent(deps, webhook.normalise(told), null, request.id)
        return { eventId: told.eventId, eventType: told.eventType, result }
      },
    )
}

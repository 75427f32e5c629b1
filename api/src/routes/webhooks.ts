import { type ProviderName, paymentEventResult } from '@turnpike/contracts/payment-event.ts'
import type { PaymentWebhook } from '@turnpike/providers/provider.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Refusal } from '../errors.ts'
import type { Deps } from '../services/deps.ts'
import { recordPaymentEvent } from '../services/record-payment-event.ts'

export type Webhooks = Partial<Record<ProviderName, PaymentWebhook>>

const receipt = z.object({ eventId: z.string(), eventType: z.string(), result: paymentEventResult })
const anything = z.looseObject({}).meta({ examples: [{ id: 'evt_1', type: 'checkout.session.completed' }] })

/**
 * Where providers tell us in the profile without Cloud Functions: the same code proves and understands what they say, and the same
 * statuses answer. 2xx is said only once it is stored.
 */
export async function webhooks(app: FastifyInstance, deps: Deps, configured: Webhooks) {
  app.removeAllContentTypeParsers()
  // The signature is over the exact bytes.
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 256 * 1024 }, (_request, body, done) =>
    done(null, body),
  )
  const routes = app.withTypeProvider<ZodTypeProvider>()
  for (const name of ['stripe', 'paypal'] as const)
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
        if (webhook === undefined)
          throw new Refusal('unavailable', `This endpoint is not set up: ${name} lacks a secret or a setting here.`)
        const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const told = await webhook.verify(rawBody, request.headers, deps.now()).catch((error: Error) => {
          throw inHttp(error)
        })
        const { result } = await recordPaymentEvent(deps, webhook.normalise(told), null, request.id)
        return { eventId: told.eventId, eventType: told.eventType, result }
      },
    )
}

/** A forgery is 400 as in the functions: nobody who is somebody sent it. What cannot be said now is 503, and comes again. */
function inHttp(error: Error): Error {
  switch (error.name) {
    case 'SignatureInvalid':
    case 'CertificateNotTrusted':
    case 'BodyNotAnEvent':
      return new Refusal('invalid_request', error.message, { cause: error })
    case 'ProviderUnavailable':
      return new Refusal('unavailable', 'The signature cannot be checked now. Send the event again later.', {
        cause: error,
      })
    default:
      return error
  }
}

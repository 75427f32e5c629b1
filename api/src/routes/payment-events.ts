import { type PaymentEvent, paymentEvent, paymentEventReceipt } from '@turnpike/contracts/payment-event.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { Refusal } from '../errors.ts'
import { bearerToken, identityToken } from '../plugins/credentials.ts'
import type { VerifyIdentity, VerifyInternalToken } from '../plugins/internal-auth.ts'
import type { Deps } from '../services/deps.ts'
import { recordPaymentEvent } from '../services/record-payment-event.ts'

/** From one address: a function that delivers all that a provider repeats after an outage stays far below. */
const mostDeliveries = { max: 1_000, timeWindow: 1_000 }

/** Where Cloud Functions hand in what payment providers told them. With `verifyIdentity`, Google must vouch for them as well. */
export async function paymentEvents(
  app: FastifyInstance,
  deps: Deps,
  verifyToken: VerifyInternalToken,
  verifyIdentity?: VerifyIdentity,
) {
  app.removeAllContentTypeParsers()
  // The token is bound to the exact bytes, so they are kept as they came.
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: 64 * 1024 }, (_request, body, done) =>
    done(null, body),
  )
  // Before the body is read and its signature checked.
  app.addHook('onRequest', app.rateLimit(mostDeliveries))
  app.withTypeProvider<ZodTypeProvider>().post(
    '/internal/payment-events',
    {
      schema: {
        tags: ['internal'],
        summary: 'One normalised provider notification',
        description:
          'The body is a `PaymentEvent`; the token is bound to its exact bytes and may be used once. A core that is configured so asks for Google’s identity token in `X-Serverless-Authorization` as well.',
        takes: { 'application/json': paymentEvent },
        response: { 200: paymentEventReceipt },
        security: [{ functionToken: [] }],
      },
    },
    async (request) => {
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const token = await verifyToken(bearerToken(request), rawBody, deps.now())
      await verifyIdentity?.(identityToken(request), deps.now())
      return recordPaymentEvent(deps, parseEvent(rawBody), token, request.id)
    },
  )
}

function parseEvent(rawBody: Buffer): PaymentEvent {
  let body: unknown
  try {
    body = JSON.parse(rawBody.toString('utf8'))
  } catch (cause) {
    throw new Refusal('invalid_request', 'The body is not JSON.', { cause })
  }
  const parsed = paymentEvent.safeParse(body)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  throw new Refusal('invalid_request', 'The body is no payment event.', { issues })
}

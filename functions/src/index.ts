import { stripeWebhook as stripe } from '@turnpike/providers/stripe/stripe.ts'
import { onRequest } from 'firebase-functions/v2/https'
import { secrets } from './config.ts'
import { receive } from './receive.ts'

// The platform reads a JSON body before us and answers broken JSON itself: in any other mode, with a stack trace.
process.env.NODE_ENV = 'production'

/** Stripe's webhook endpoint. Public by nature: the signature is what lets a request in. */
export const stripeWebhook = onRequest(
  { secrets, invoker: 'public', timeoutSeconds: 30, memory: '256MiB', maxInstances: 20 },
  (request, response) =>
    receive(request, response, ({ stripeWebhookSecret }) => stripe({ webhookSecret: stripeWebhookSecret })),
)

import { providerName } from '@turnpike/contracts/payment-event.ts'
import { type HttpsFunction, onRequest } from 'firebase-functions/v2/https'
import { type Endpoint, endpointOf } from './config.ts'
import { type FunctionName, functionName } from './function-name.ts'
import { receive } from './receive.ts'

// The platform reads a JSON body before us and answers broken JSON itself: in any other mode, with a stack trace.
process.env.NODE_ENV = 'production'

/** A provider's webhook endpoint. Public by nature: the signature is what lets a request in. */
function webhook({ secrets, config }: Endpoint) {
  return onRequest(
    { secrets, invoker: 'public', timeoutSeconds: 30, memory: '256MiB', maxInstances: 20 },
    (request, response) => receive(request, response, config),
  )
}

/** The function of each provider. */
export const webhooks = Object.fromEntries(
  providerName.options.map((name) => [functionName(name), webhook(endpointOf(name))]),
) as Record<FunctionName, HttpsFunction>

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import type { Caller, Operator } from '../services/access.ts'
import type { Deps } from '../services/deps.ts'
import { findOperator } from '../services/find-operator.ts'
import { bearerToken } from './credentials.ts'

/** Checks a Firebase ID token and returns the uid it speaks for; throws when it does not verify. */
export type VerifyIdToken = (token: string) => Promise<{ uid: string }>

const uids = new WeakMap<FastifyRequest, string>()
const operators = new WeakMap<FastifyRequest, Operator>()
/** Of one operator, on all his screens: a wall of lanes asks some times a second, a script that went wild thousands. */
const mostRequests = { max: 1_000, timeWindow: 10_000 }

/** Every route of this scope needs an operator. What he may do is read from Postgres each time, never from the token. */
export function requireOperator(app: FastifyInstance, deps: Deps, verifyIdToken: VerifyIdToken) {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const token = bearerToken(request)
    if (token === undefined) throw new Refusal('unauthenticated', 'Sign in and send the ID token as a Bearer token.')
    const { uid } = await verifyIdToken(token).catch((cause: unknown) => {
      if (isOutage(cause))
        throw new Refusal('unavailable', 'Firebase cannot be reached to check who you are.', { cause })
      throw new Refusal('unauthenticated', 'The ID token is not valid any more. Sign in again.', { cause })
    })
    uids.set(request, uid)
  })
  app.addHook('onRequest', app.rateLimit({ ...mostRequests, keyGenerator: (request) => uids.get(request)! }))
  app.addHook('onRequest', async (request) => {
    operators.set(request, await findOperator(deps, uids.get(request)!))
  })
}

/** Not the token's fault. An outage while the keys are fetched comes as an argument error, so its words are looked at too. */
function isOutage(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string }
  if (code === undefined || !code.startsWith('auth/')) return true
  if (['auth/network-error', 'auth/network-timeout', 'auth/internal-error', 'auth/quota-exceeded'].includes(code))
    return true
  return (
    code === 'auth/argument-error' &&
    /fetching public keys|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/i.test(message ?? '')
  )
}

/** The operator of a request in a scope of `requireOperator`. */
export function operatorOf(request: FastifyRequest): Operator {
  return operators.get(request)!
}

/** The same with the request that he makes. */
export function callerOf(request: FastifyRequest): Caller {
  return { operator: operatorOf(request), requestId: request.id }
}

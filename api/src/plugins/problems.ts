import type { Problem, ProblemCode } from '@turnpike/contracts/problem.ts'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { MalformedPayload } from '../cameras/adapter.ts'
import { type Issue, Refusal } from '../errors.ts'
import { rememberMethods } from './methods.ts'

export const statuses: Record<ProblemCode, { status: number; title: string }> = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Who you are could not be established' },
  forbidden: { status: 403, title: 'You may not do this' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Not with this method' },
  conflict: { status: 409, title: 'This contradicts what is there' },
  precondition_failed: { status: 412, title: 'It was changed in the meantime' },
  precondition_required: { status: 428, title: 'Say which version you saw' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Not available now' },
}

/** The one place where an error becomes an answer: problem+json, nothing of the inside shown. To be called before any route. */
export function registerProblems(app: FastifyInstance) {
  const methodsAt = rememberMethods(app)
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(request, reply, describe(error), error))
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsAt(request.url)
    if (allowed.length === 0)
      return sendProblem(request, reply, { code: 'not_found', detail: 'There is no such address here. See /docs.' })
    reply.header('allow', allowed.join(', '))
    return sendProblem(request, reply, {
      code: 'method_not_allowed',
      detail: `This address takes ${allowed.join(', ')}. See /docs.`,
    })
  })
}

/** For what the framework refuses before a route is found, such as an address with a broken escape: it would quote the address. */
export function frameworkProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  sendProblem(request, reply, describe(error), error)
  // Nobody else logs these.
  request.log.info({ req: request, res: reply, responseTime: reply.elapsedTime }, 'request completed')
}

/** For an address whose statuses are agreed on elsewhere: this problem instead of what its code says otherwise. */
export function answerProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, title, ...described }: Described & { status: number; title: string },
  error: Error,
) {
  return sendProblem(request, reply, described, error, { status, title })
}

type Described = { code: ProblemCode; detail: string; issues?: Issue[] | undefined }

function describe(error: FastifyError | Refusal | MalformedPayload): Described {
  if (error instanceof Refusal) return { code: error.code, detail: error.message, issues: error.issues }
  if (error instanceof MalformedPayload) return { code: 'invalid_request', detail: error.message, issues: error.issues }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'request'
    if (where === 'params')
      return { code: 'not_found', detail: 'There is no such thing: the address names none of ours.' }
    const issues = error.validation.map(({ instancePath, message }) => ({
      path: `${where}${instancePath.replaceAll('/', '.')}`,
      message: message ?? 'is not valid',
    }))
    return { code: 'invalid_request', detail: `The ${where} is not valid.`, issues }
  }
  if (isOutage(error)) return { code: 'unavailable', detail: 'The database cannot be reached. Try again in a moment.' }
  switch (error.statusCode) {
    case 400:
      return { code: 'invalid_request', detail: 'The request cannot be read. Is the body well-formed, and complete?' }
    // A part of the address is longer than any id.
    case 414:
      return { code: 'not_found', detail: 'There is no such thing: the address names none of ours.' }
    case 413:
      return { code: 'payload_too_large', detail: 'The body is larger than this address takes.' }
    case 415:
      return { code: 'unsupported_media_type', detail: 'Send the content type that the documentation names.' }
    case 429:
      return { code: 'rate_limited', detail: 'Wait before the next try; Retry-After says how long.' }
    default:
      return { code: 'internal', detail: 'The request failed. The request id helps us to find out why.' }
  }
}

/** Postgres is not there, is going away, or has no connection free: nothing is wrong with the request. */
function isOutage(error: Error): boolean {
  const { code } = (error.cause ?? error) as { code?: string }
  const text = error.cause instanceof Error ? error.cause.message : error.message
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '57P02', '57P03', '53300', '3D000'].includes(
      code ?? '',
    ) || /connection (timeout|terminated)|timeout exceeded when trying to connect/i.test(text)
  )
}

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, detail, issues }: Described,
  error?: Error,
  { status, title } = statuses[code],
) {
  if (status >= 500) request.log.error({ err: error }, 'request failed')
  const body: Problem = {
    type: `urn:turnpike:problem:${code}`,
    title,
    status,
    code,
    detail,
    requestId: request.id,
    ...(issues && issues.length > 0 ? { issues } : {}),
  }
  const challenges = (error instanceof Refusal && error.challenges) || 'Bearer, Basic realm="turnpike"'
  reply.header('x-request-id', request.id).removeHeader('content-disposition')
  if (status === 401) reply.header('www-authenticate', challenges)
  if (error instanceof Refusal && error.retryAfterSeconds) reply.header('retry-after', error.retryAfterSeconds)
  // Serialised by hand: a route's own response schemas do not describe its errors.
  return reply.code(status).type('application/problem+json; charset=utf-8').serializer(JSON.stringify).send(body)
}

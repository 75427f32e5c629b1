import type { ProblemCode } from '@turnpike/contracts/problem.ts'
import { statuses } from './problems.ts'

const meanings: Partial<Record<ProblemCode, string>> = {
  invalid_request: 'The request is not valid: `issues` says where',
  unauthenticated: 'Who you are could not be established',
  forbidden: 'Your role does not reach',
  not_found: 'There is no such thing, or not at a site of yours',
  conflict: 'This contradicts what is there',
  precondition_failed: 'It was changed since you saw it',
  precondition_required: 'If-Match is missing',
  payload_too_large: 'The body is larger than this address takes',
  unsupported_media_type: 'The body is of a type that this address does not take',
  rate_limited: 'Too many requests; Retry-After says how long to wait',
  internal: 'It went wrong here; the request id helps us to find out why',
  unavailable: 'Not available now: try again in a moment',
}

/** What is looked at of an operation of the document. */
export type Operation = {
  parameters?: { in: string; name: string }[]
  requestBody?: { required?: boolean; content: Record<string, { schema?: { anyOf?: { type?: string }[] } }> }
  security?: Record<string, unknown>[]
  responses: Record<string, unknown>
}

/** Every problem as an answer that operations refer to. */
export const problemResponses = Object.fromEntries(
  (Object.entries(meanings) as [ProblemCode, string][]).map(([code, description]) => {
    const { status, title } = statuses[code]
    const detail = 'A sentence that says what was wrong and what to do.'
    const example = { type: `urn:turnpike:problem:${code}`, title, status, code, detail, requestId: '0197a3c2-…' }
    const schema = { $ref: '#/components/schemas/Problem' }
    return [code, { description, content: { 'application/problem+json': { schema, example } } }]
  }),
)

/** The problems that an operation can answer with, by status. */
export function problemsOf(path: string, operation: Operation): Record<string, { $ref: string }> {
  const { parameters = [], requestBody, security = [] } = operation
  const has = (place: string) => parameters.some((parameter) => parameter.in === place)
  const isOperators = security.some((scheme) => 'idToken' in scheme)
  const isPlatform = !path.startsWith('/v1/') && !path.startsWith('/internal/')
  const takes = has('path') || has('query') || requestBody !== undefined
  const possible: Partial<Record<ProblemCode, boolean>> = {
    invalid_request: !isPlatform,
    unauthenticated: security.length > 0 || path.includes('/key/'),
    forbidden: isOperators,
    not_found: takes,
    conflict: has('header') || (requestBody !== undefined && !path.endsWith('/search')),
    precondition_failed: has('header'),
    precondition_required: has('header'),
    payload_too_large: requestBody !== undefined,
    unsupported_media_type: requestBody !== undefined,
    rate_limited: !isPlatform,
    internal: true,
    unavailable: true,
  }
  const codes = (Object.keys(possible) as ProblemCode[]).filter((code) => possible[code])
  return Object.fromEntries(codes.map((code) => [statuses[code].status, { $ref: `#/components/responses/${code}` }]))
}

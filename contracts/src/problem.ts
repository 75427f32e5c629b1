import { z } from 'zod'

/** The closed list of error codes; only the HTTP edge turns them into a status. */
export const problemCodes = [
  'invalid_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'precondition_failed',
  'precondition_required',
  'payload_too_large',
  'unsupported_media_type',
  'rate_limited',
  'internal',
  'unavailable',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** An error answer, `application/problem+json` (RFC 9457). `detail` says what was wrong and what to do. */
export const problem = z.object({
  type: z.string().describe('urn:turnpike:problem:<code>'),
  title: z.string(),
  status: z.int(),
  code: z.enum(problemCodes),
  detail: z.string(),
  requestId: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof problem>

import type { Problem, ProblemCode } from '@turnpike/contracts/problem.ts'

/** What the API refused, in its own words; `message` is the sentence to show. */
export class ApiError extends Error {
  readonly status: number
  readonly code: ProblemCode | undefined
  readonly requestId: string | undefined
  readonly issues: NonNullable<Problem['issues']>

  constructor(status: number, message: string, problem?: Partial<Problem>) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = problem?.code
    this.requestId = problem?.requestId
    this.issues = problem?.issues ?? []
  }
}

/** Reads an error answer: problem+json by its detail, anything else (a proxy's page) by its status. */
export async function readProblem(response: Response): Promise<ApiError> {
  const json = response.headers.get('content-type')?.includes('json') ?? false
  return toApiError(response.status, json ? await response.json().catch(() => undefined) : undefined)
}

/** The error for a status and the body that came with it, if that was JSON. */
export function toApiError(status: number, body: unknown): ApiError {
  const problem = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : undefined
  return new ApiError(status, problem?.detail ?? byStatus(status), problem)
}

function byStatus(status: number): string {
  if (status === 429) return 'Too many requests: wait a moment, then try again.'
  if (status >= 500) return `The server cannot answer right now (${status}): try again in a moment.`
  return `The request was refused (${status}).`
}

/**
 * What became of a request: the API said no; it failed on the way, and its message says how far it came; or there was no answer, and
 * nobody knows. Each is a text of the catalogue.
 */
export function failureOf(error: Error): 'notDone' | 'notFinished' | 'noAnswer' {
  if (!(error instanceof ApiError) || error.status === 0) return 'noAnswer'
  return error.status < 500 ? 'notDone' : 'notFinished'
}

import type { Problem, ProblemCode } from '@turnpike/contracts/problem.ts'

/** What the API refused; `message` is the sentence to show. */
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

/** What is said of an answer that is no success: by its status where nobody else says it, and in other words than the API's. */
export type FailureWords = {
  tooMany: string
  failing: (status: number) => string
  refused: (status: number) => string
  /** The API says it in English; `code` is undefined where it is one that this page does not know. */
  said: (code: ProblemCode | undefined, detail: string) => string
}

export const failuresEn: FailureWords = {
  tooMany: 'Too many requests: wait a moment, then try again.',
  failing: (status) => `The server cannot answer right now (${status}): try again in a moment.`,
  refused: (status) => `The request was refused (${status}).`,
  said: (_code, detail) => detail,
}

/** Reads an error answer: problem+json by its detail, anything else (a proxy's page) by its status. */
export async function readProblem(response: Response, say = failuresEn): Promise<ApiError> {
  const json = response.headers.get('content-type')?.includes('json') ?? false
  return toApiError(response.status, json ? await response.json().catch(() => undefined) : undefined, say)
}

/** The error for a status and the body that came with it, if that was JSON. */
export function toApiError(status: number, body: unknown, say = failuresEn): ApiError {
  const problem = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : undefined
  const said = problem?.detail === undefined ? byStatus(status, say) : say.said(problem.code, problem.detail)
  return new ApiError(status, said, problem)
}

function byStatus(status: number, say: FailureWords): string {
  if (status === 429) return say.tooMany
  return status >= 500 ? say.failing(status) : say.refused(status)
}

/**
 * What became of a request: the API said no; it failed on the way, and its message says how far it came; or there was no answer, and
 * nobody knows. Each is a text of the catalogue.
 */
export function failureOf(error: Error): 'notDone' | 'notFinished' | 'noAnswer' {
  if (!(error instanceof ApiError) || error.status === 0) return 'noAnswer'
  return error.status < 500 ? 'notDone' : 'notFinished'
}

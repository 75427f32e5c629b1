import type { ProblemCode } from '@turnpike/contracts/problem.ts'

export type Issue = { path: string; message: string }

/**
 * The only error that services throw on purpose: a code of the closed list and a sentence that says what was wrong and what
 * to do. The HTTP edge turns it into problem+json; anything else that reaches the edge is `internal`.
 */
export class Refusal extends Error {
  readonly code: ProblemCode
  readonly issues: Issue[] | undefined
  /** With `unauthenticated`: what `WWW-Authenticate` says, a line each. */
  readonly challenges: string[] | undefined
  /** With `rate_limited`: when to try again. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ProblemCode,
    detail: string,
    options: { cause?: unknown; issues?: Issue[]; challenges?: string[]; retryAfterSeconds?: number } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'Refusal'
    this.code = code
    this.issues = options.issues
    this.challenges = options.challenges
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

import type { Reply } from '../in-progress.ts'

/** A refusal in Stripe's words: https://docs.stripe.com/api/errors. It reaches the client library as JSON. */
export class StripeRefusal extends Error {
  readonly status: number
  readonly body: { error: Record<string, string> }

  constructor(status: number, error: { message: string; type?: string; code?: string; param?: string }) {
    super(error.message)
    this.status = status
    this.body = { error: { type: 'invalid_request_error', ...error } }
  }
}

/** 409: the request with the same idempotency key is not done yet. */
export function inProgress(): Reply {
  const code = 'idempotency_key_in_use'
  const message =
    'There is currently another in-progress request using this Idempotency Key. Please try again after the first request completes.'
  const { status, body } = new StripeRefusal(409, { type: 'idempotency_error', code, message })
  return { status, body, headers: {} }
}

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

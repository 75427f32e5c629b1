import { randomBytes } from 'node:crypto'
import type { Reply } from '../in-progress.ts'

type Detail = { issue: string; description: string; field?: string }

/** A refusal in PayPal's words: https://developer.paypal.com/api/rest/responses/ */
export class PaypalRefusal extends Error {
  readonly status: number
  readonly body: object

  constructor(status: number, name: string, message: string, details: Detail[] = []) {
    super(message)
    this.status = status
    const links = [
      { href: `https://developer.paypal.com/api/rest/responses/#${name}`, rel: 'information_link', method: 'GET' },
    ]
    const debugId = randomBytes(7).toString('hex').slice(0, 13)
    this.body = { name, message, debug_id: debugId, ...(details.length > 0 ? { details } : {}), links }
  }
}

/** 422: understood, and not possible as things are. */
export function notPossible(issue: string, description: string): PaypalRefusal {
  const message = 'The requested action could not be performed, semantically incorrect, or failed business validation.'
  return new PaypalRefusal(422, 'UNPROCESSABLE_ENTITY', message, [{ issue, description }])
}

/** 400: the request is not in the shape that it must have. */
export function notWellFormed(issue: string, description: string, field: string): PaypalRefusal {
  const message = 'Request is not well-formed, syntactically incorrect, or violates schema.'
  return new PaypalRefusal(400, 'INVALID_REQUEST', message, [{ field, issue, description }])
}

/** 409: the request of the same id is not done yet. */
export function inProgress(): Reply {
  const description =
    'A previous request on this resource is currently in progress. Please wait for sometime and try again. It is best to space out the initial and the subsequent request(s) to avoid receiving this error.'
  const { status, body } = new PaypalRefusal(
    409,
    'RESOURCE_CONFLICT',
    'The server has detected a conflict while processing this request.',
    [{ issue: 'PREVIOUS_REQUEST_IN_PROGRESS', description }],
  )
  return { status, body, headers: {} }
}

import { newId } from './checkout-session.ts'
import { type Checkouts, noSuchCheckout } from './checkouts.ts'
import { StripeRefusal } from './stripe-refusal.ts'

export type ApiRequest = {
  method: string
  path: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
}
export type ApiReply = { status: number; body: unknown; headers: Record<string, string> }

type Remembered = { request: string; reply: ApiReply }

/** Stripe's HTTP API as far as a checkout needs it. Never throws. */
export class StripeApi {
  readonly #checkouts: Checkouts
  readonly #remembered = new Map<string, Remembered>()

  constructor(checkouts: Checkouts) {
    this.#checkouts = checkouts
  }

  answer(request: ApiRequest): ApiReply {
    const headers = { 'request-id': newId('req_') }
    try {
      checkKey(request)
      return this.#once(request, () => ({ status: 200, body: this.#act(request), headers }))
    } catch (error) {
      if (error instanceof StripeRefusal) return { status: error.status, body: error.body, headers }
      throw error
    }
  }

  /** An idempotency key answers the same request with the same reply, and refuses another one. What was refused is not kept. */
  #once(request: ApiRequest, act: () => ApiReply): ApiReply {
    const key = request.headers['idempotency-key']
    if (request.method !== 'POST' || typeof key !== 'string') return act()
    const fingerprint = `${request.path}\n${request.body}`
    const earlier = this.#remembered.get(key)
    if (earlier === undefined) {
      const reply = act()
      this.#remembered.set(key, { request: fingerprint, reply })
      return reply
    }
    if (earlier.request === fingerprint) {
      return { ...earlier.reply, headers: { ...earlier.reply.headers, 'idempotent-replayed': 'true' } }
    }
    throw new StripeRefusal(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    })
  }

  #act({ method, path, body }: ApiRequest): unknown {
    if (method === 'POST' && path === '/v1/checkout/sessions') return this.#checkouts.create(body)
    const [, id, expire] = /^\/v1\/checkout\/sessions\/(\w+)(\/expire)?$/.exec(path) ?? []
    if (method === 'POST' && id !== undefined && expire !== undefined) return this.#checkouts.expire(id)
    if (method === 'GET' && id !== undefined && expire === undefined) {
      const found = this.#checkouts.find(id)
      if (found === undefined) throw noSuchCheckout(id)
      return found.session
    }
    throw new StripeRefusal(404, {
      message: `Unrecognized request URL (${method}: ${path}). This stand-in knows checkout sessions only.`,
    })
  }
}

/** Any test key will do; a live one has no business here. */
function checkKey({ headers }: ApiRequest): void {
  const [, scheme, credentials = ''] = /^(Bearer|Basic) (.+)$/.exec(String(headers.authorization)) ?? []
  const key = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString().split(':')[0]! : credentials
  if (key === '') {
    const message =
      "You did not provide an API key. Provide it in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
    throw new StripeRefusal(401, { message })
  }
  if (!/^[sr]k_test_\w+$/.test(key)) {
    throw new StripeRefusal(401, {
      message: `Invalid API Key provided: ${key.slice(0, 8)}****. This stand-in takes sk_test_… keys only.`,
    })
  }
}

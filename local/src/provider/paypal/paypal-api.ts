import { randomBytes } from 'node:crypto'
import { listEvents } from './list-events.ts'
import type { MoneyBack } from './money-back.ts'
import type { Orders } from './orders.ts'
import { certificatePath, type PaypalEvents } from './paypal-events.ts'
import { kept, type PaypalKept } from './paypal-kept.ts'
import { notPossible, PaypalRefusal } from './paypal-refusal.ts'
import type { PaypalSubscriptions } from './paypal-subscriptions.ts'
import type { Plans } from './plans.ts'
import type { TestChain } from './test-chain.ts'

export type ApiRequest = {
  method: string
  path: string
  query: URLSearchParams
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
}
/** A `body` of text goes out as it is. */
export type ApiReply = { status: number; body: unknown; headers: Record<string, string> }

type Parts = { orders: Orders; back: MoneyBack; plans: Plans; subscriptions: PaypalSubscriptions; events: PaypalEvents }
type Call = { id: string; body: string; query: URLSearchParams }
export type Client = { id: string; secret: string }

const lifeSeconds = 32_400

/** PayPal's REST API as far as parking needs it. Never throws. */
export class PaypalApi {
  readonly #url: string
  readonly #kept: PaypalKept
  readonly #client: Client
  readonly #chain: TestChain
  readonly #parts: Parts
  readonly #tokens = new Set<string>()
  readonly #remembered = new Map<string, { request: string; reply: ApiReply }>()

  constructor(publicUrl: string, keptThings: PaypalKept, client: Client, chain: TestChain, parts: Parts) {
    this.#url = publicUrl
    this.#kept = keptThings
    this.#client = client
    this.#chain = chain
    this.#parts = parts
  }

  answer(request: ApiRequest): ApiReply {
    const headers = { 'paypal-debug-id': randomBytes(7).toString('hex').slice(0, 13) }
    try {
      const reply = this.#answer(request)
      return { ...reply, body: structuredClone(reply.body), headers: { ...headers, ...reply.headers } }
    } catch (error) {
      if (error instanceof PaypalRefusal) return { status: error.status, body: error.body, headers }
      throw error
    }
  }

  #answer(request: ApiRequest): ApiReply {
    const { method, path } = request
    if (method === 'GET' && path === certificatePath(this.#chain))
      return { status: 200, body: this.#chain.certificate, headers: { 'content-type': 'application/x-pem-file' } }
    if (method === 'POST' && path === '/v1/oauth2/token') return this.#token(request)
    const [, token = ''] = /^Bearer (.+)$/.exec(String(request.headers.authorization)) ?? []
    if (!this.#tokens.has(token)) {
      const body = { error: 'invalid_token', error_description: 'Token signature verification failed' }
      return { status: 401, body, headers: {} }
    }
    return this.#once(request, () => this.#act(request))
  }

  #token({ headers, body }: ApiRequest): ApiReply {
    const [, credentials = ''] = /^Basic (.+)$/.exec(String(headers.authorization)) ?? []
    const { id, secret } = this.#client
    if (Buffer.from(credentials, 'base64').toString() !== `${id}:${secret}`) {
      const refused = { error: 'invalid_client', error_description: 'Client Authentication failed' }
      return { status: 401, body: refused, headers: {} }
    }
    if (new URLSearchParams(body).get('grant_type') !== 'client_credentials') {
      const refused = { error: 'unsupported_grant_type', error_description: 'Grant Type is NULL' }
      return { status: 400, body: refused, headers: {} }
    }
    const token = `A21AA${randomBytes(48).toString('base64url')}`
    this.#tokens.add(token)
    const scope = 'https://uri.paypal.com/services/payments/payment'
    const answer = {
      scope,
      access_token: token,
      token_type: 'Bearer',
      app_id: 'APP-80W284485P519543T',
      expires_in: lifeSeconds,
    }
    return { status: 200, body: { ...answer, nonce: new Date().toISOString() }, headers: {} }
  }

  /** A `PayPal-Request-Id` answers the same request with what it was answered first (https://developer.paypal.com/api/rest/reference/idempotency/). */
  #once(request: ApiRequest, act: () => ApiReply): ApiReply {
    const key = request.headers['paypal-request-id']
    if (request.method !== 'POST' || typeof key !== 'string') return act()
    const fingerprint = `${request.path}\n${request.body}`
    const earlier = this.#remembered.get(`${request.path} ${key}`)
    if (earlier === undefined) {
      const reply = act()
      this.#remembered.set(`${request.path} ${key}`, { request: fingerprint, reply: structuredClone(reply) })
      return reply
    }
    if (earlier.request === fingerprint)
      return { ...earlier.reply, status: earlier.reply.status === 201 ? 200 : earlier.reply.status }
    throw notPossible('DUPLICATE_REQUEST_ID', 'The value of PayPal-Request-Id header has already been used')
  }

  #act({ method, path, query, body, headers }: ApiRequest): ApiReply {
    const whole = String(headers.prefer).includes('return=representation')
    for (const [route, [status, act]] of Object.entries(this.#routes)) {
      const [verb, pattern] = route.split(' ') as [string, string]
      const match = verb === method && new RegExp(`^/${pattern.replace(':id', '([\\w-]+)')}$`).exec(path)
      if (!match) continue
      if (method === 'POST' && body !== '' && !String(headers['content-type']).startsWith('application/json'))
        throw new PaypalRefusal(
          415,
          'UNSUPPORTED_MEDIA_TYPE',
          'The server does not support the request payload media type.',
        )
      const made = act({ id: match[1] ?? '', body, query })
      return { status, body: status === 201 && !whole ? minimal(made) : made, headers: {} }
    }
    throw new PaypalRefusal(
      404,
      'RESOURCE_NOT_FOUND',
      `This stand-in knows what its README lists, and not ${method} ${path}.`,
    )
  }

  get #routes(): Record<string, [status: number, act: (call: Call) => object | undefined]> {
    const { orders, back, plans, subscriptions, events } = this.#parts
    const all = this.#kept
    return {
      'POST v2/checkout/orders': [201, ({ body }) => orders.create(body)],
      'GET v2/checkout/orders/:id': [200, ({ id }) => orders.get(id)],
      'PATCH v2/checkout/orders/:id': [204, ({ id, body }) => orders.patch(id, body)],
      'POST v2/checkout/orders/:id/capture': [201, ({ id }) => orders.capture(id)],
      'GET v2/payments/captures/:id': [200, ({ id }) => kept(all.captures, id)],
      'POST v2/payments/captures/:id/refund': [201, ({ id, body }) => back.refundCapture(id, body)],
      'GET v2/payments/refunds/:id': [200, ({ id }) => back.getRefund(id)],
      'GET v1/payments/sale/:id': [200, ({ id }) => kept(all.sales, id)],
      'POST v1/payments/sale/:id/refund': [201, ({ id, body }) => back.refundSale(id, body)],
      'GET v1/payments/refund/:id': [200, ({ id }) => kept(all.sale_refunds, id)],
      'GET v1/customer/disputes/:id': [200, ({ id }) => kept(all.disputes, id)],
      'GET v1/customer/disputes': [200, () => ({ items: Object.values(all.disputes).toReversed(), links: [] })],
      'POST v1/catalogs/products': [201, ({ body }) => plans.createProduct(body)],
      'GET v1/catalogs/products/:id': [200, ({ id }) => kept(all.products, id)],
      'POST v1/billing/plans': [201, ({ body }) => plans.createPlan(body)],
      'GET v1/billing/plans/:id': [200, ({ id }) => kept(all.plans, id)],
      'POST v1/billing/subscriptions': [201, ({ body }) => subscriptions.create(body)],
      'GET v1/billing/subscriptions/:id': [200, ({ id, query }) => subscriptions.show(id, query.get('fields'))],
      'POST v1/billing/subscriptions/:id/cancel': [204, ({ id, body }) => subscriptions.cancel(id, body)],
      'POST v1/billing/subscriptions/:id/suspend': [204, ({ id, body }) => subscriptions.suspend(id, body)],
      'POST v1/billing/subscriptions/:id/activate': [204, ({ id, body }) => subscriptions.activate(id, body)],
      'GET v1/billing/subscriptions/:id/transactions': [200, ({ id, query }) => subscriptions.transactions(id, query)],
      'GET v1/notifications/webhooks-events': [200, ({ query }) => listEvents(this.#url, all, query)],
      'GET v1/notifications/webhooks-events/:id': [200, ({ id }) => kept(all.events, id).event],
      'POST v1/notifications/webhooks-events/:id/resend': [
        202,
        ({ id }) => {
          const { event } = kept(all.events, id)
          void events.resend(id)
          return event
        },
      ],
    }
  }
}

/** What PayPal answers to a POST without `Prefer: return=representation`. */
function minimal(made: object | undefined): object | undefined {
  const { id, status, links, purchase_units, ...rest } = made as Record<string, unknown>
  const captured =
    purchase_units !== undefined && status === 'COMPLETED' ? { purchase_units: minimalUnits(purchase_units) } : {}
  if (status === undefined || 'plan_id' in rest || 'billing_cycles' in rest) return made
  return { id, status, ...captured, links }
}

function minimalUnits(units: unknown): object[] {
  return (units as Record<string, unknown>[]).map(({ reference_id, payments }) => ({ reference_id, payments }))
}

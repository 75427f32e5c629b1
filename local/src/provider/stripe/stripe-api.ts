import { z } from 'zod'
import type { Checkouts } from './checkouts.ts'
import type { StripeEvents } from './events.ts'
import { expanded } from './expand.ts'
import type { FormValue } from './form-body.ts'
import { listPage } from './lists.ts'
import { expand, metadata, readParameters, text, url } from './parameters.ts'
import type { Payments } from './payments.ts'
import { kept, newId, nowSeconds, type StripeKept } from './stripe-kept.ts'
import { StripeRefusal } from './stripe-refusal.ts'
import { newCustomer } from './subscription-shapes.ts'
import type { Subscriptions } from './subscriptions.ts'

export type ApiRequest = {
  method: string
  path: string
  query: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
}
export type ApiReply = { status: number; body: unknown; headers: Record<string, string> }

type Remembered = { request: string; reply: ApiReply }
type Parts = { checkouts: Checkouts; payments: Payments; subscriptions: Subscriptions; events: StripeEvents }
type Call = { id: string; body: string; query: string; path: string }

const customerParameters = z.strictObject({
  email: z.email().optional(),
  name: text.optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  expand,
})
const portalParameters = z.strictObject({ customer: text, return_url: url.optional(), locale: text.optional(), expand })

/** Stripe's HTTP API as far as parking needs it. Never throws. */
export class StripeApi {
  readonly #kept: StripeKept
  readonly #parts: Parts
  readonly #publicUrl: string
  readonly #remembered = new Map<string, Remembered>()

  constructor(publicUrl: string, kept: StripeKept, parts: Parts) {
    this.#publicUrl = publicUrl
    this.#kept = kept
    this.#parts = parts
  }

  answer(request: ApiRequest): ApiReply {
    const headers = { 'request-id': newId('req_') }
    try {
      checkKey(request)
      // A copy: what was answered once does not change later.
      return this.#once(request, () => ({ status: 200, body: structuredClone(this.#act(request)), headers }))
    } catch (error) {
      if (error instanceof StripeRefusal) return { status: error.status, body: error.body, headers }
      throw error
    }
  }

  /** Stripe forgets idempotency keys after 24 hours. */
  forgetKeys(): void {
    this.#remembered.clear()
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

  #act({ method, path, query, body }: ApiRequest): unknown {
    for (const [route, act] of Object.entries(this.#routes)) {
      const [verb, pattern] = route.split(' ') as [string, string]
      const match = verb === method && new RegExp(`^/v1/${pattern.replace(':id', '(\\w+)')}$`).exec(path)
      if (match)
        return expanded(act({ id: match[1] ?? '', body, query, path }), method === 'GET' ? query : body, this.#kept)
    }
    throw new StripeRefusal(404, {
      message: `Unrecognized request URL (${method}: ${path}). This stand-in knows what its README lists.`,
    })
  }

  get #routes(): Record<string, (call: Call) => object> {
    const { checkouts, payments, subscriptions } = this.#parts
    const all = this.#kept
    const by =
      <T>(name: keyof T & string) =>
      (item: T, wanted: FormValue) =>
        item[name] === wanted
    const list =
      <T extends { id?: string; created?: number }>(items: () => T[], ...filters: (keyof T & string)[]) =>
      ({ query, path }: Call) =>
        listPage(query, path, items(), Object.fromEntries(filters.map((name) => [name, by<T>(name)])))
    return {
      'POST checkout/sessions': ({ body }) => checkouts.create(body),
      'GET checkout/sessions': list(
        () => Object.values(all.checkouts).map(({ session }) => session),
        'payment_intent',
        'subscription',
        'customer',
        'status',
      ),
      'GET checkout/sessions/:id': ({ id }) => checkouts.get(id),
      'POST checkout/sessions/:id/expire': ({ id }) => checkouts.expire(id),
      'GET payment_intents': list(() => Object.values(all.payment_intents), 'customer'),
      'GET payment_intents/:id': ({ id }) => kept(all.payment_intents, id, 'payment_intent', 'intent'),
      'GET charges': list(() => Object.values(all.charges), 'payment_intent', 'customer'),
      'GET charges/:id': ({ id }) => kept(all.charges, id, 'charge'),
      'GET balance_transactions/:id': ({ id }) => kept(all.balance_transactions, id, 'balance_transaction'),
      'POST refunds': ({ body }) => payments.refund(body),
      'GET refunds': list(() => Object.values(all.refunds), 'payment_intent', 'charge'),
      'GET refunds/:id': ({ id }) => kept(all.refunds, id, 'refund'),
      'GET disputes': list(() => Object.values(all.disputes), 'payment_intent', 'charge'),
      'GET disputes/:id': ({ id }) => kept(all.disputes, id, 'dispute'),
      'POST customers': ({ body }) => this.#createCustomer(body),
      'GET customers': list(
        () => Object.values(all.customers).filter((one) => !one.deleted) as never[],
        'email' as never,
      ),
      'GET customers/:id': ({ id }) => kept(all.customers, id, 'customer'),
      'DELETE customers/:id': ({ id }) => this.#deleteCustomer(id),
      'GET subscriptions': ({ query, path }) =>
        listPage(query, path, Object.values(all.subscriptions), {
          customer: by('customer'),
          status: (one, wanted) => wanted === 'all' || one.status === wanted,
        }),
      'GET subscriptions/:id': ({ id }) => kept(all.subscriptions, id, 'subscription'),
      'POST subscriptions/:id': ({ id, body }) => subscriptions.update(id, body),
      'DELETE subscriptions/:id': ({ id, query, body }) => subscriptions.cancel(id, body || query),
      'POST subscriptions/:id/pause': ({ id, body }) => subscriptions.pause(id, body),
      'POST subscriptions/:id/resume': ({ id, body }) => subscriptions.resume(id, body),
      'GET invoices': ({ query, path }) =>
        listPage(query, path, Object.values(all.invoices), {
          customer: by('customer'),
          status: by('status'),
          subscription: (one, wanted) => one.parent?.subscription_details?.subscription === wanted,
        }),
      'GET invoices/:id': ({ id }) => kept(all.invoices, id, 'invoice', 'invoice'),
      'GET invoice_payments': ({ query, path }) =>
        listPage(query, path, Object.values(all.invoice_payments), {
          invoice: by('invoice'),
          status: by('status'),
          'payment[type]': (one, wanted) => one.payment.type === wanted,
          'payment[payment_intent]': (one, wanted) => one.payment.payment_intent === wanted,
        }),
      'GET invoice_payments/:id': ({ id }) => kept(all.invoice_payments, id, 'invoice_payment'),
      'POST billing_portal/sessions': ({ body }) => this.#openPortal(body),
      'GET events': ({ query, path }) =>
        listPage(
          query,
          path,
          Object.values(all.events).map(({ event }) => event),
          {
            type: by('type'),
            types: by('type'),
            delivery_success: (event, wanted) => String(all.events[event.id]!.delivered) === wanted,
          },
        ),
      'GET events/:id': ({ id }) => kept(all.events, id, 'event').event,
    }
  }

  #createCustomer(body: string): object {
    const { email = null, name = null, metadata: given = {} } = readParameters(customerParameters, body)
    const customer = newCustomer({ email, name, metadata: given })
    this.#kept.customers[customer.id] = customer
    void this.#parts.events.emit('customer.created', customer)
    return customer
  }

  /** Ends what the customer subscribed to, as Stripe does. */
  #deleteCustomer(id: string): object {
    const customer = kept(this.#kept.customers, id, 'customer')
    for (const one of Object.values(this.#kept.subscriptions))
      if (one.customer === id && one.status !== 'canceled') this.#parts.subscriptions.cancel(one.id, '')
    void this.#parts.events.emit('customer.deleted', customer)
    const deleted = { id, object: 'customer', deleted: true } as const
    this.#kept.customers[id] = deleted
    return deleted
  }

  #openPortal(body: string): object {
    const given = readParameters(portalParameters, body)
    kept(this.#kept.customers, given.customer, 'customer', 'customer')
    const id = newId('bps_')
    const portal = {
      id,
      object: 'billing_portal.session' as const,
      configuration: newId('bpc_'),
      created: nowSeconds(),
      customer: given.customer,
      customer_account: null,
      flow: null,
      livemode: false,
      locale: null,
      on_behalf_of: null,
      return_url: given.return_url ?? null,
      url: `${this.#publicUrl}/p/session/${id}`,
    }
    this.#kept.portals[id] = portal
    return portal
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

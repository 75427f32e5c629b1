import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { type Control, control } from './control.ts'
import { deskPage } from './desk-page.ts'
import type { Faults } from './faults.ts'
import type { InProgress, Reply } from './in-progress.ts'
import { noOrderPage, orderPage, subscriptionPage, subscriptionUrl, withToken } from './paypal/approve-page.ts'
import type { PaypalSide } from './paypal/paypal.ts'
import { noCheckoutPage, payPage, successUrl } from './stripe/pay-page.ts'
import { portalPage } from './stripe/portal-page.ts'
import type { StripeSide } from './stripe/stripe.ts'

/** How long a payment waits for the merchant's answer before it leads the driver back, as the providers do. */
const patienceMs = 10_000
const slowMs = 20_000

/** PayPal's API paths; everything else below `/v1` is Stripe's. */
const paypalPath =
  /^\/(v2|v1\/(oauth2|billing\/plans|billing\/subscriptions|catalogs|payments|notifications|customer))(\/|$)/

type Sides = { stripe: StripeSide; paypal: PaypalSide; actions: Control }
type Visit = {
  method: string
  path: string
  query: URLSearchParams
  request: IncomingMessage
  response: ServerResponse
}

/** One request: the providers' APIs, the pages where a person pays, and the control of both. */
export async function answer(request: IncomingMessage, response: ServerResponse, sides: Sides): Promise<void> {
  const { method = 'GET' } = request
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost')
  const visit = { method, path, query, request, response }
  if (paypalPath.test(path)) return answerApi(visit, sides.paypal, (body) => paypalReply(visit, body, sides.paypal))
  if (path.startsWith('/v1/')) return answerApi(visit, sides.stripe, (body) => stripeReply(visit, body, sides.stripe))
  if (path.startsWith('/_control/')) return answerControl(visit, sides.actions)
  if (path === '/') return html(response, 200, deskPage({ stripe: sides.stripe.kept, paypal: sides.paypal.kept }))
  if (path.startsWith('/c/pay/')) return answerCheckout(visit, sides.stripe)
  if (path.startsWith('/p/session/')) return answerPortal(visit, sides.stripe)
  if (path.startsWith('/checkoutnow')) return answerOrder(visit, sides.paypal)
  if (path.startsWith('/webapps/billing/')) return answerSubscription(visit, sides.paypal)
  html(response, 404, noCheckoutPage())
}

async function answerApi(
  { path, request, response }: Visit,
  { faults, inProgress }: { faults: Faults; inProgress: InProgress },
  act: (body: string) => Reply,
): Promise<void> {
  const body = await text(request)
  const { api } = faults
  if (api === 'down') {
    const down = {
      error: { type: 'api_error', message: 'This stand-in was told to be down.' },
      name: 'INTERNAL_SERVER_ERROR',
    }
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(down))
    return
  }
  const key = request.headers['paypal-request-id'] ?? request.headers['idempotency-key']
  const reply = await inProgress.once(key && `${path} ${key}`, async () => {
    if (api === 'slow') await Promise.race([pause(slowMs, undefined, { ref: false }), faults.changed()])
    return act(body)
  })
  if (api === 'loses_answers') {
    response.destroy()
    return
  }
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
  if (reply.body === undefined) response.end()
  else response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body, null, 2))
}

function stripeReply({ method, path, query, request: { headers } }: Visit, body: string, { api }: StripeSide): Reply {
  return api.answer({ method, path, query: query.toString(), headers, body })
}

function paypalReply({ method, path, query, request: { headers } }: Visit, body: string, { api }: PaypalSide): Reply {
  return api.answer({ method, path, query, headers, body })
}

async function answerControl({ method, path, request, response }: Visit, actions: Control): Promise<void> {
  if (method !== 'POST') return notAllowed(response)
  const body = await text(request)
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  const fields = isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body || '{}')
  const done = await control(actions, path.slice('/_control/'.length), fields)
  if (isForm && done.status === 200) return goTo(response, '/')
  response.writeHead(done.status, { 'content-type': 'application/json' }).end(JSON.stringify(done.body))
}

async function answerCheckout({ method, path, query, response }: Visit, { checkouts }: StripeSide): Promise<void> {
  const [, id = '', action] = /^\/c\/pay\/(\w+)(?:\/(pay|later|decline))?$/.exec(path) ?? []
  const checkout = checkouts.find(id)
  if (checkout === undefined) return html(response, 404, noCheckoutPage())
  if (method === 'GET' && action === undefined) return html(response, 200, payPage(checkout, query.has('declined')))
  if (method !== 'POST' || action === undefined) return notAllowed(response)
  if (action === 'decline') return goTo(response, `/c/pay/${id}?declined`)
  await Promise.race([action === 'pay' ? checkouts.pay(id) : checkouts.payLater(id), patience()])
  goTo(response, checkout.session.status === 'complete' ? successUrl(checkout.session) : `/c/pay/${id}`)
}

async function answerPortal({ method, path, response }: Visit, { kept, subscriptions }: StripeSide): Promise<void> {
  const [, id = '', subscription, action] = /^\/p\/session\/(\w+)(?:\/(\w+)\/(cancel|keep))?$/.exec(path) ?? []
  const portal = kept.portals[id]
  if (portal === undefined) return html(response, 404, noCheckoutPage())
  if (method === 'GET') return html(response, 200, portalPage(portal, kept))
  const own = kept.subscriptions[subscription ?? '']?.customer === portal.customer
  if (method !== 'POST' || !own) return notAllowed(response)
  subscriptions.update(subscription!, `cancel_at_period_end=${action === 'cancel'}`)
  goTo(response, `/p/session/${id}`)
}

async function answerOrder({ method, path, query, response }: Visit, { orders }: PaypalSide): Promise<void> {
  const [, id = query.get('token') ?? '', action] = /^\/checkoutnow\/(\w+)\/(\w+)$/.exec(path) ?? []
  const order = orders.find(id)
  if (order === undefined) return html(response, 404, noOrderPage())
  if (method === 'GET') {
    const again = order.order.status === 'APPROVED' && order.instrument === 'declined'
    return html(response, 200, orderPage(order, query.has('declined') || again))
  }
  if (method !== 'POST') return notAllowed(response)
  if (action === 'balance' || action === 'echeck' || action === 'declined') {
    await Promise.race([orders.approve(id, action), patience()])
    return goTo(response, withToken(order.returnUrl, id) ?? '/')
  }
  goTo(response, `/checkoutnow?token=${id}&declined`)
}

async function answerSubscription(
  { method, path, query, response }: Visit,
  { subscriptions, kept }: PaypalSide,
): Promise<void> {
  const [, id = query.get('ba_token') ?? '', action] =
    /^\/webapps\/billing\/subscriptions\/([\w-]+)\/(\w+)$/.exec(path) ?? []
  const found = subscriptions.find(id)
  if (found === undefined) return html(response, 404, noOrderPage())
  if (method === 'GET') {
    const { name } = kept.plans[found.subscription.plan_id]!
    return html(
      response,
      200,
      subscriptionPage(found, subscriptions.priceOf(found.subscription), name, query.has('declined')),
    )
  }
  if (method !== 'POST') return notAllowed(response)
  if (action !== 'agree') return goTo(response, `/webapps/billing/subscriptions?ba_token=${id}&declined`)
  await Promise.race([subscriptions.approve(id), patience()])
  goTo(response, subscriptionUrl(found.returnUrl, id) ?? '/')
}

function html(response: ServerResponse, status: number, page: string): void {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
  })
  response.end(page)
}

function goTo(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end()
}

function notAllowed(response: ServerResponse): void {
  response.writeHead(405).end()
}

function patience(): Promise<void> {
  return new Promise((over) => setTimeout(over, patienceMs).unref())
}

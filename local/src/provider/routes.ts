import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Checkouts } from './checkouts.ts'
import { notFoundPage, payPage, startPage, successUrl } from './pay-page.ts'
import type { StripeApi } from './stripe-api.ts'

/** How long a payment waits for the merchant's answer before it leads the driver back, as Stripe does. */
const patienceMs = 10_000

/** One request: Stripe's API under `/v1/`, the payment page under `/c/pay/`. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  checkouts: Checkouts,
  api: StripeApi,
): Promise<void> {
  const { method = 'GET', headers } = request
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname.startsWith('/v1/')) {
    const reply = api.answer({ method, path: pathname, headers, body: await text(request) })
    response.writeHead(reply.status, { ...reply.headers, 'content-type': 'application/json' })
    response.end(JSON.stringify(reply.body, null, 2))
    return
  }

  const [, id = '', action] = /^\/c\/pay\/(\w+)(?:\/(pay|decline))?$/.exec(pathname) ?? []
  const checkout = checkouts.find(id)
  if (pathname === '/') html(response, 200, startPage())
  else if (checkout === undefined) html(response, 404, notFoundPage())
  else if (method === 'GET' && action === undefined)
    html(response, 200, payPage(checkout, searchParams.has('declined')))
  else if (method === 'POST' && action === 'decline') goTo(response, `/c/pay/${id}?declined`)
  else if (method === 'POST' && action === 'pay') {
    await Promise.race([checkouts.pay(id), patience()])
    goTo(response, checkouts.find(id)?.session.status === 'complete' ? successUrl(checkout.session) : `/c/pay/${id}`)
  } else response.writeHead(405).end()
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

function patience(): Promise<void> {
  return new Promise((over) => setTimeout(over, patienceMs).unref())
}

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import Stripe from 'stripe'
import { type Provider, startProvider } from '../main.ts'
import { newTestChain } from '../paypal/test-chain.ts'

export const webhookSecret = 'whsec_of_these_tests'
export const webhookId = '8PT597110X687430LKGECATA'
export const client = { id: 'client-of-these-tests', secret: 'secret-of-these-tests' }

export type Delivery = { path: string; headers: IncomingHttpHeaders; body: Buffer }

/**
 * The merchant's side for one test file: a webhook endpoint that records deliveries and answers each as `answers` says in turn
 * (204 from then on), and a stand-in that sends to it.
 */
export async function startMerchant() {
  const deliveries: Delivery[] = []
  const chain = newTestChain(new Date())
  const answers: ((response: ServerResponse) => void)[] = []
  let wake = () => {}
  const server = createServer(async (request, response) => {
    deliveries.push({ path: request.url!, headers: request.headers, body: await buffer(request) })
    const answer = answers.shift() ?? ((ok: ServerResponse) => ok.writeHead(204).end())
    answer(response)
    wake()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider: Provider = await startProvider({
    webhookUrl: `${webhookUrl}/stripe`,
    webhookSecret,
    paypal: { webhookUrl: `${webhookUrl}/paypal`, webhookId, client, chain },
  })
  return {
    provider,
    chain,
    webhookUrl,
    deliveries,
    answers,
    /** What came of one type, in the order in which it came. */
    told: (type: string) =>
      deliveries
        .map(({ body }) => JSON.parse(body.toString()))
        .filter((event) => event.type === type || event.event_type === type),
    /** The first delivery of an event of that type. */
    deliveryOf: (type: string) => deliveries.find(({ body }) => body.includes(`"${type}"`))!,
    /** Resolves once an event of that type has come, with it. */
    async toldOf(type: string) {
      for (;;) {
        const [event] = this.told(type)
        if (event !== undefined) return event
        await this.delivered(deliveries.length + 1)
      }
    },
    /** Resolves once that many deliveries have come. */
    async delivered(count: number): Promise<void> {
      while (deliveries.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    async stop() {
      await provider.stop()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** The official library, pointed at the stand-in. */
export function stripeAt(url: string, key = 'sk_test_1'): Stripe {
  const { hostname, port } = new URL(url)
  return new Stripe(key, { protocol: 'http', host: hostname, port, maxNetworkRetries: 0, telemetry: false })
}

/** What a browser does with a form: posts, and does not follow, so that the test sees where it leads. */
export function click(pageUrl: string, button: 'pay' | 'later' | 'decline'): Promise<Response> {
  return fetch(`${pageUrl}/${button}`, { method: 'POST', redirect: 'manual' })
}

/** What is done on the providers' side without a page. */
export async function control(url: string, action: string, fields: object = {}): Promise<Response> {
  return fetch(`${url}/_control/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { controlOf } from './control.ts'
import { Faults } from './faults.ts'
import { openKept } from './kept.ts'
import { openPaypal, type PaypalOptions } from './paypal/paypal.ts'
import { newTestChain } from './paypal/test-chain.ts'
import { answer } from './routes.ts'
import { openStripe } from './stripe/stripe.ts'

/*
 * The stand-ins for Stripe's and PayPal's side on one machine: APIs, payment pages, signed webhooks. See README.md beside it.
 */

export type ProviderOptions = {
  /** A free one when absent. */
  port?: number
  /** The address browsers reach this process at; its own when absent. */
  publicUrl?: string
  /** Stripe's webhooks. */
  webhookUrl: string
  webhookSecret: string
  /** PayPal's; a merchant who does not listen when absent. */
  paypal?: PaypalOptions
  /** Where objects are kept; in memory only when absent. */
  stateFile?: string
  log?: (line: string) => void
}

export type Provider = { url: string; stop(): Promise<void> }

/** Starts the stand-ins. `stop` ends them with all their connections, and forgets webhooks that are not delivered. */
export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const server = createServer()
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(options.port ?? 0, '127.0.0.1', listening)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const publicUrl = options.publicUrl ?? url
  const { log } = options
  const { kept, save } = openKept(options.stateFile)
  const stripe = openStripe(publicUrl, kept.stripe, new Faults(), { ...options, log })
  const paypal = openPaypal(publicUrl, kept.paypal, new Faults(), { ...(options.paypal ?? nobodyListens()), log })
  const sides = { stripe, paypal, actions: controlOf(stripe, paypal) }
  server.on('request', (request, response) => {
    answer(request, response, sides)
      .catch((error: unknown) => {
        log?.(`${request.method} ${request.url}: ${error}`)
        response.destroy()
      })
      .then(() => (request.method === 'GET' ? undefined : save()))
      .catch((error: unknown) => log?.(`what happened could not be kept: ${error}`))
  })
  return {
    url,
    async stop() {
      stripe.webhooks.stop()
      paypal.webhooks.stop()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      await save()
    },
  }
}

/** PayPal works, and its webhooks go to a port where nobody is. */
function nobodyListens(): PaypalOptions {
  const client = { id: 'nobody', secret: 'nobody' }
  return { webhookUrl: 'http://127.0.0.1:9/', webhookId: 'WH-NOBODY', client, chain: newTestChain(new Date()) }
}

if (import.meta.main) {
  const environment = process.env
  const needed = (name: string) => {
    const value = environment[name]
    if (!value) throw new Error(`${name} is missing: README.md says what the stand-ins are started with`)
    return value
  }
  const provider = await startProvider({
    ...(environment.PORT === undefined ? {} : { port: Number(environment.PORT) }),
    ...(environment.PUBLIC_URL === undefined ? {} : { publicUrl: environment.PUBLIC_URL.replace(/\/+$/, '') }),
    ...(environment.STATE_FILE === undefined ? {} : { stateFile: environment.STATE_FILE }),
    webhookUrl: needed('STRIPE_WEBHOOK_URL'),
    webhookSecret: needed('STRIPE_WEBHOOK_SECRET'),
    ...(environment.PAYPAL_WEBHOOK_URL === undefined
      ? {}
      : {
          paypal: {
            webhookUrl: environment.PAYPAL_WEBHOOK_URL,
            webhookId: needed('PAYPAL_WEBHOOK_ID'),
            client: { id: needed('PAYPAL_CLIENT_ID'), secret: needed('PAYPAL_CLIENT_SECRET') },
            chain: JSON.parse(needed('PAYPAL_CHAIN')),
          },
        }),
    log: console.log,
  })
  console.log(`payment providers (stand-ins) at ${provider.url}`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => provider.stop())
}

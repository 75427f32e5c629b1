import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Checkouts } from './checkouts.ts'
import { answer } from './routes.ts'
import { StripeApi } from './stripe-api.ts'
import { webhookSender } from './webhook-sender.ts'

/*
 * The stand-in for Stripe's side on one machine: API, payment page, signed webhooks. See README.md beside it.
 */

export type ProviderOptions = {
  /** A free one when absent. */
  port?: number
  /** The address browsers reach this process at; its own when absent. */
  publicUrl?: string
  webhookUrl: string
  webhookSecret: string
  log?: (line: string) => void
}

export type Provider = { url: string; stop(): Promise<void> }

/** Starts the stand-in. `stop` ends it with all its connections, and forgets webhooks that are not delivered. */
export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const sender = webhookSender(options)
  const server = createServer()
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(options.port ?? 0, '127.0.0.1', listening)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const checkouts = new Checkouts(options.publicUrl ?? url, sender.notify)
  const api = new StripeApi(checkouts)
  server.on('request', (request, response) => {
    answer(request, response, checkouts, api).catch((error: unknown) => {
      options.log?.(`${request.method} ${request.url}: ${error}`)
      response.destroy()
    })
  })
  return {
    url,
    async stop() {
      sender.stop()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

if (import.meta.main) {
  const { PORT, PUBLIC_URL, WEBHOOK_URL, WEBHOOK_SECRET } = process.env
  if (!WEBHOOK_URL || !WEBHOOK_SECRET)
    throw new Error('WEBHOOK_URL and WEBHOOK_SECRET say where webhooks go and how they are signed')
  const provider = await startProvider({
    ...(PORT === undefined ? {} : { port: Number(PORT) }),
    ...(PUBLIC_URL === undefined ? {} : { publicUrl: PUBLIC_URL.replace(/\/+$/, '') }),
    webhookUrl: WEBHOOK_URL,
    webhookSecret: WEBHOOK_SECRET,
    log: console.log,
  })
  console.log(`payment provider (stand-in) at ${provider.url}`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => provider.stop())
}

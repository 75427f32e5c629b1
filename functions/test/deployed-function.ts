import type { AddressInfo } from 'node:net'
import { type HttpFunction, http } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'
import Stripe from 'stripe'
import { vi } from 'vitest'
import type { FunctionName } from '../src/function-name.ts'

export const webhookSecret = 'whsec_of_these_tests'

/** What secrets and settings are named where a function is deployed. */
const names = [
  'STRIPE_WEBHOOK_SECRET',
  'PAYPAL_ENVIRONMENT',
  'PAYPAL_WEBHOOK_ID',
  'PAYPAL_TEST_ORIGIN',
  'PAYPAL_TEST_ROOT_PEM',
  'FORWARD_PRIVATE_JWK',
  'API_URL',
  'CORE_AUDIENCE',
  'GCE_METADATA_HOST',
] as const
export type Settings = Partial<Record<(typeof names)[number], string | undefined>>

/** All that instances of this file have written to their logs: the logger keeps the console it finds first. */
export const log: string[] = []
for (const method of ['debug', 'info', 'warn', 'error'] as const) {
  vi.spyOn(console, method).mockImplementation((...line) => void log.push(line.join(' ')))
}

/** A fresh instance of what `functions/src/index.ts` exports, behind the server that Cloud Functions puts in front of it. */
export async function deploy(settings: Settings, name: FunctionName = 'stripeWebhook') {
  vi.resetModules()
  for (const setting of names) vi.stubEnv(setting, settings[setting])
  const functions = await import('../src/index.ts')
  http(name, functions[name] as HttpFunction)
  const server = getTestServer(name)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    post: (body: string, headers: Record<string, string>) =>
      fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } }),
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** The header that Stripe would send with this body. */
export function signed(payload: string, options: { secret?: string; timestamp?: number } = {}): Record<string, string> {
  return {
    'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, ...options }),
  }
}

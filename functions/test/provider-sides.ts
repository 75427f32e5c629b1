import { sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'
import { capture as paypalCapture } from '../../providers/test/paypal-events.ts'
import { certificate } from '../../providers/test/test-certificates.ts'
import type { FunctionName } from '../src/function-name.ts'
import { type Settings, signed, webhookSecret } from './deployed-function.ts'
import { checkoutEvent } from './events.ts'

/** What a provider sends, and with what its function is deployed. */
export type Side = {
  name: FunctionName
  settings: Settings
  /** The setting without which nothing can be verified. */
  needs: keyof Settings
  /** A payment, with its event id and type changed. */
  event(id: string, type?: string): string
  /** A payment whose sum is missing. */
  strange(id: string): string
  headers(body: string, how?: { forged?: boolean }): Record<string, string>
}

export const stripeSide: Side = {
  name: 'stripeWebhook',
  settings: { STRIPE_WEBHOOK_SECRET: webhookSecret },
  needs: 'STRIPE_WEBHOOK_SECRET',
  event: (id, type = 'checkout.session.completed') => checkoutEvent({}, { id, type }),
  strange: (id) => checkoutEvent({ amount_total: null }, { id }),
  headers: (body, { forged = false } = {}) => signed(body, forged ? { secret: 'whsec_other' } : {}),
}

const webhookId = '1JE4291016473214C'
const root = certificate({ name: ['Root of these tests'], isAuthority: true })
const signer = certificate({ issuer: root, name: ['messageverificationcerts.sandbox.paypal.com'] })
const stranger = certificate({ name: ['messageverificationcerts.sandbox.paypal.com'] })
const certs = '/v1/notifications/certs'

/** PayPal with certificates of its own at three addresses: a good one, one of nobody's, and one that cannot be had now. */
export async function paypalSide() {
  const files = new Map([
    [`${certs}/CERT-good`, signer.pem],
    [`${certs}/CERT-stranger`, stranger.pem],
  ])
  const server = createServer(({ url }, response) => {
    const file = files.get(url!)
    response.writeHead(file === undefined ? 503 : 200).end(file)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const event = (id: string, type: string, changes: object = {}) =>
    JSON.stringify({ id, event_type: type, resource: { ...paypalCapture, ...changes } })
  const headers = (body: string, { forged = false, cert = 'CERT-good' } = {}) => {
    const id = 'b5eb01d0-4e5c-11ef-8572-997c8c58ed96'
    const time = `${new Date().toISOString().slice(0, 19)}Z`
    const message = `${id}|${time}|${webhookId}|${crc32(forged ? `${body} ` : body)}`
    const { privateKey } = cert === 'CERT-stranger' ? stranger : signer
    return {
      'paypal-transmission-id': id,
      'paypal-transmission-time': time,
      'paypal-transmission-sig': sign('RSA-SHA256', Buffer.from(message), privateKey).toString('base64'),
      'paypal-auth-algo': 'SHA256withRSA',
      'paypal-cert-url': `${origin}${certs}/${cert}`,
    }
  }
  return {
    name: 'paypalWebhook' as const,
    settings: {
      PAYPAL_ENVIRONMENT: 'sandbox',
      PAYPAL_WEBHOOK_ID: webhookId,
      PAYPAL_TEST_ORIGIN: origin,
      PAYPAL_TEST_ROOT_PEM: root.pem.replaceAll('\n', '\\n'),
    },
    needs: 'PAYPAL_WEBHOOK_ID' as const,
    event: (id: string, type = 'PAYMENT.CAPTURE.COMPLETED') => event(id, type),
    strange: (id: string) => event(id, 'PAYMENT.CAPTURE.COMPLETED', { amount: null }),
    headers,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

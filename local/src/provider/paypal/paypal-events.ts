import { randomUUID, sign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Endpoint, Webhooks } from '../webhooks.ts'
import { newId, nowText, type PaypalKept, type WebhookEvent } from './paypal-kept.ts'
import type { TestChain } from './test-chain.ts'

export type Told = { type: string; summary: string; resourceType: string; resourceVersion?: string; resource: object }

/** Makes events of what happens, keeps them, and sends them. */
export class PaypalEvents {
  readonly #url: string
  readonly #kept: PaypalKept
  readonly #webhooks: Webhooks

  constructor(publicUrl: string, kept: PaypalKept, webhooks: Webhooks) {
    this.#url = publicUrl
    this.#kept = kept
    this.#webhooks = webhooks
  }

  /** Settles when the first delivery was answered, or failed. */
  emit({ type, summary, resourceType, resourceVersion, resource }: Told): Promise<void> {
    const id = newId('WH-')
    const self = `${this.#url}/v1/notifications/webhooks-events/${id}`
    const event: WebhookEvent = {
      id,
      event_version: '1.0',
      create_time: new Date().toISOString(),
      resource_type: resourceType,
      ...(resourceVersion === undefined ? {} : { resource_version: resourceVersion }),
      event_type: type,
      summary,
      resource: structuredClone(resource),
      links: [
        { href: self, rel: 'self', method: 'GET' },
        { href: `${self}/resend`, rel: 'resend', method: 'POST' },
      ],
    }
    this.#kept.events[id] = { event, delivered: false }
    return this.resend(id)
  }

  resend(eventId: string): Promise<void> {
    const keptEvent = this.#kept.events[eventId]
    if (keptEvent === undefined) throw new Error(`there is no event ${eventId}`)
    return this.#webhooks.send({
      name: `${keptEvent.event.event_type} ${eventId}`,
      body: JSON.stringify(keptEvent.event),
      done: () => {
        keptEvent.delivered = true
      },
    })
  }
}

/**
 * How PayPal signs (https://developer.paypal.com/api/rest/webhooks/rest/): RSA-SHA256 over id, time, webhook id and the CRC-32 of the
 * body, with the certificate that the headers name.
 */
export function paypalEndpoint(url: string, publicUrl: string, webhookId: string, chain: TestChain): Endpoint {
  return {
    url,
    headers(body) {
      const transmissionId = randomUUID()
      const transmissionTime = nowText()
      const message = `${transmissionId}|${transmissionTime}|${webhookId}|${crc32(body)}`
      return {
        'content-type': 'application/json',
        'user-agent': 'PayPal/AUHD-214.0-local-stand-in',
        'paypal-transmission-id': transmissionId,
        'paypal-transmission-time': transmissionTime,
        'paypal-transmission-sig': sign('sha256', Buffer.from(message), chain.privateKey).toString('base64'),
        'paypal-auth-version': 'v2',
        'paypal-auth-algo': 'SHA256withRSA',
        'paypal-cert-url': `${publicUrl}${certificatePath(chain)}`,
      }
    },
  }
}

export function certificatePath({ id }: TestChain): string {
  return `/v1/notifications/certs/CERT-${id}`
}

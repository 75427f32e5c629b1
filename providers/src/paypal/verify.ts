import { createVerify } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { BodyNotAnEvent, SignatureInvalid } from '../errors.ts'
import type { VerifiedEvent, WebhookHeaders } from '../provider.ts'
import { type Certificates, trustedUrl } from './certificates.ts'
import { checkChain } from './chain.ts'
import type { Trust } from './trust.ts'

/** PayPal delivers again for 3 days and names no age for what it sends; what comes twice within it is known by its event id. */
const oldestMs = 4 * 24 * 60 * 60 * 1000
const aheadMs = 5 * 60 * 1000

export type Verifier = { webhookId: string; trusts: readonly Trust[]; certificates: Certificates }

const transmission = z.object({
  'paypal-transmission-id': z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  'paypal-transmission-time': z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/),
  'paypal-transmission-sig': z.string().regex(/^[A-Za-z0-9+/]{1,2000}={0,2}$/),
  // Never what the header says: the one algorithm that we know.
  'paypal-auth-algo': z.literal('SHA256withRSA'),
  'paypal-cert-url': z.string().max(300),
})

/**
 * Checks the signature of a transmission without asking PayPal
 * (https://developer.paypal.com/api/rest/webhooks/rest/#verify-webhook-signature): id, time, our webhook id and the CRC-32 of the raw
 * bytes are signed by a certificate that leads to a pinned root. What can be refused without a fetch is refused before it.
 * @throws SignatureInvalid, BodyNotAnEvent, CertificateNotTrusted or ProviderUnavailable
 */
export async function verify(
  rawBody: Buffer,
  headers: WebhookHeaders,
  { webhookId, trusts, certificates }: Verifier,
  now: Date,
): Promise<VerifiedEvent> {
  const parsed = transmission.safeParse(headers)
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => path.join('.'))
    throw new SignatureInvalid(`not as PayPal sends it: ${names.join(', ')}`)
  }
  const sent = parsed.data
  const sentAt = new Date(sent['paypal-transmission-time'])
  const ageMs = now.getTime() - sentAt.getTime()
  if (!(ageMs <= oldestMs && ageMs >= -aheadMs))
    throw new SignatureInvalid('the transmission is too old or from the future')

  const { url, trust } = trustedUrl(sent['paypal-cert-url'], trusts)
  const leaf = checkChain(await certificates(url, now), trust, sentAt)
  const signed = `${sent['paypal-transmission-id']}|${sent['paypal-transmission-time']}|${webhookId}|${crc32(rawBody)}`
  const isGenuine = createVerify('RSA-SHA256')
    .update(signed)
    .verify(leaf.publicKey, sent['paypal-transmission-sig'], 'base64')
  if (!isGenuine) throw new SignatureInvalid('the signature does not fit the body')
  return readEvent(rawBody)
}

const line = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}+$/u)
const paypalEvent = z.looseObject({ id: line, event_type: line })

function readEvent(rawBody: Buffer): VerifiedEvent {
  let body: unknown
  try {
    body = JSON.parse(rawBody.toString('utf8'))
  } catch {
    throw new BodyNotAnEvent('the body is signed but it is not JSON')
  }
  const event = paypalEvent.safeParse(body)
  if (!event.success) throw new BodyNotAnEvent('the body is signed JSON but not an event: it has no id or no type')
  return { eventId: event.data.id, eventType: event.data.event_type, body: event.data }
}

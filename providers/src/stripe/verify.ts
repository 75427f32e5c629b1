import Stripe from 'stripe'
import { BodyNotAnEvent, SignatureInvalid } from '../errors.ts'
import type { VerifiedEvent, WebhookHeaders } from '../provider.ts'

/** How old a signature may be, and how far ahead: Stripe signs each retry anew, so 5 minutes only cover clocks and queues. */
const toleranceSeconds = 300

/**
 * Checks `Stripe-Signature` over the raw bytes with the official library (https://docs.stripe.com/webhooks/signature).
 * @throws SignatureInvalid or BodyNotAnEvent
 */
export function verify(rawBody: Buffer, headers: WebhookHeaders, secret: string, now: Date): VerifiedEvent {
  const header = headers['stripe-signature']
  if (typeof header !== 'string') throw new SignatureInvalid('the Stripe-Signature header is missing or repeated')
  checkSignature(rawBody, header, secret, now)
  refuseFuture(header, now)
  return readEvent(rawBody)
}

/** `verifyHeader` is the first half of `constructEvent`; the second parses, and there a forgery and bad JSON look alike. */
function checkSignature(rawBody: Buffer, header: string, secret: string, now: Date): void {
  try {
    Stripe.webhooks.signature!.verifyHeader(rawBody, header, secret, toleranceSeconds, undefined, now.getTime())
  } catch (error) {
    // Whatever stops the check is a refusal. Stripe's error carries the payload, and with it the payer's name and address:
    // only the first line of its message goes on.
    throw new SignatureInvalid(error instanceof Error ? error.message.split('\n')[0]?.trim() : undefined)
  }
}

/** The library checks age only, so a signature dated ahead would stay valid until long after that date. */
function refuseFuture(header: string, now: Date): void {
  const stamp = header.split(',').findLast((item) => item.startsWith('t='))
  const aheadSeconds = Number(stamp?.slice(2)) - now.getTime() / 1000
  if (!(aheadSeconds <= toleranceSeconds)) throw new SignatureInvalid('Timestamp is in the future')
}

function readEvent(rawBody: Buffer): VerifiedEvent {
  let body: unknown
  try {
    body = JSON.parse(rawBody.toString('utf8'))
  } catch {
    throw new BodyNotAnEvent('the body is signed but it is not JSON')
  }
  if (!isRecord(body) || typeof body.id !== 'string' || typeof body.type !== 'string') {
    throw new BodyNotAnEvent('the body is signed JSON but not an event: it has no id or no type')
  }
  return { eventId: body.id, eventType: body.type, body }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

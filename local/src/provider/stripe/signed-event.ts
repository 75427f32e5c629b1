import { createHmac } from 'node:crypto'
import { newId, nowSeconds } from './stripe-kept.ts'

/** https://docs.stripe.com/webhooks/signature: HMAC-SHA256 over `timestamp.body`. Without the library, so that it checks us. */
export function signatureOf(body: string, secret: string, at = nowSeconds()): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}

/** A checkout of 2.00 that was paid, as Stripe tells of it in what we read; `said` is what differs. For tests and benchmarks. */
export function paidCheckout(quoteId: string, said: Record<string, unknown> = {}, created = nowSeconds()) {
  const object = {
    id: newId('cs_'),
    object: 'checkout.session',
    mode: 'payment',
    payment_status: 'paid',
    payment_intent: newId('pi_'),
    client_reference_id: quoteId,
    amount_total: 200,
    currency: 'eur',
    ...said,
  }
  return { id: newId('evt_'), type: 'checkout.session.completed', created, data: { object } }
}

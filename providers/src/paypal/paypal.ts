import type { PaymentProvider, PaymentWebhook } from '../provider.ts'
import { keepCertificates } from './certificates.ts'
import { changeSubscription } from './change-subscription.ts'
import { type PaypalConfig, paypalClient } from './client.ts'
import { createCheckout, createSubscriptionCheckout } from './create-checkout.ts'
import { eventsSince } from './events-since.ts'
import { expireCheckout } from './expire-checkout.ts'
import { fetchState } from './fetch-state.ts'
import { makeRefund } from './make-refund.ts'
import { normalise } from './normalise.ts'
import { type PaypalEnvironment, type TestTrust, trustOf } from './trust.ts'
import { verify } from './verify.ts'

export type PaypalWebhookConfig = {
  environment: PaypalEnvironment
  /** Of the webhook in PayPal's dashboard, e.g. 1JE4291016473214C. */
  webhookId: string
  intermediatesPem?: string | undefined
  test?: TestTrust | undefined
}

/**
 * PayPal's webhook side. Keeps certificates, so make one and use it for all.
 * @throws Error for an empty webhook id, or `WEBHOOK_ID`: anybody can have PayPal's simulator sign an event for that one
 */
export function paypalWebhook({ environment, webhookId, ...extra }: PaypalWebhookConfig): PaymentWebhook {
  if (!/^[A-Z0-9]{8,40}$/.test(webhookId))
    throw new Error('PayPal needs the id of your webhook, e.g. 1JE4291016473214C, and never that of its simulator')
  const verifier = { webhookId, trusts: trustOf(environment, extra), certificates: keepCertificates() }
  return {
    provider: 'paypal',
    verify: (rawBody, headers, now) => verify(rawBody, headers, verifier, now),
    normalise,
  }
}

/** What we ask of PayPal. PayPal has no page where a holder manages a subscription of ours. @throws Error as `paypalClient` does */
export function paypalProvider(config: PaypalConfig): PaymentProvider {
  const call = paypalClient(config)
  return {
    provider: 'paypal',
    createCheckout: (request) => createCheckout(call, request),
    expireCheckout: (id) => expireCheckout(call, id),
    createSubscriptionCheckout: (request) => createSubscriptionCheckout(call, request),
    fetchState: (kind, id) => fetchState(call, kind, id),
    refund: (request) => makeRefund(call, request),
    changeSubscription: (id, action) => changeSubscription(call, id, action),
    eventsSince: (since) => eventsSince(call, since),
  }
}

import type { PaymentEvent, ProviderName } from '@turnpike/contracts/payment-event.ts'

/** HTTP headers as Node gives them: names in lower case. */
export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>

/** An event whose sender is proved. `body` is the provider's JSON, of any shape: `normalise` decides what it means. */
export type VerifiedEvent = { eventId: string; eventType: string; body: Readonly<Record<string, unknown>> }

/** An event that means nothing to us. `reason` is for the log. */
export type IgnoredEvent = { ignored: string }

/** The half of a provider that listens. Both steps are pure: no I/O, no clock. */
export interface PaymentWebhook {
  readonly provider: ProviderName

  /**
   * Proves that the provider sent exactly these bytes, and recently.
   * @throws SignatureInvalid or BodyNotAnEvent
   */
  verify(rawBody: Buffer, headers: WebhookHeaders, now: Date): VerifiedEvent

  /**
   * Says in our words what happened.
   * @throws EventNotUnderstood for an event we handle in a shape we do not know
   */
  normalise(event: VerifiedEvent): PaymentEvent | IgnoredEvent
}

/** A checkout to begin. Nothing in it may name the vehicle: the provider learns a quote id and a sum. */
export type CheckoutRequest = {
  quoteId: string
  /** In minor units of `currency` by ISO 4217. */
  amountMinor: number
  currency: string
  /** What the driver reads on the payment page, e.g. "Parking, Central Garage". */
  description: string
  successUrl: string
  cancelUrl: string
  /** The same key with the same request begins one checkout, however often it is sent. */
  idempotencyKey: string
  /** When the quote ends. */
  expiresAt?: Date
}

/** `providerObjectId` names the checkout at the provider; `redirectUrl` is the page where the driver pays. */
export type Checkout = { redirectUrl: string; providerObjectId: string }

/** The half of a provider that we talk to. */
export interface PaymentCheckout {
  readonly provider: ProviderName

  /** @throws ProviderUnavailable or CheckoutRefused */
  createCheckout(request: CheckoutRequest): Promise<Checkout>
}

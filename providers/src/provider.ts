import type {
  PaymentChange,
  PaymentEvent,
  ProviderName,
  ProviderObjectKind,
} from '@turnpike/contracts/payment-event.ts'

/** HTTP headers as Node gives them: names in lower case. */
export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>

/** An event whose sender is proved. `body` is the provider's JSON, of any shape: `normalise` decides what it means. */
export type VerifiedEvent = { eventId: string; eventType: string; body: Readonly<Record<string, unknown>> }

/** The half of a provider that listens. */
export interface PaymentWebhook {
  readonly provider: ProviderName

  /**
   * Proves that the provider sent exactly these bytes, and recently. May fetch the provider's certificate.
   * @throws SignatureInvalid or BodyNotAnEvent for what the provider did not send, CertificateNotTrusted, or ProviderUnavailable when
   * it cannot be said now
   */
  verify(rawBody: Buffer, headers: WebhookHeaders, now: Date): Promise<VerifiedEvent>

  /**
   * Says in our words what happened. Pure, and never throws: an event of a type we handle in a shape we do not know is `not_understood`,
   * an event of any other type is `ignored`.
   */
  normalise(event: VerifiedEvent): PaymentEvent
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

/** How often a plan is paid. */
export type BillingPeriod = { every: number; unit: 'week' | 'month' | 'year' }

/** A checkout that begins a subscription. Nothing in it may name a vehicle. */
export type SubscriptionCheckoutRequest = Omit<CheckoutRequest, 'quoteId' | 'expiresAt'> & {
  /** Our subscription: what the provider gives back as `reference`. */
  subscriptionId: string
  period: BillingPeriod
  trialDays: number
  /** Where the provider sends its own receipts. */
  email: string
}

/** A refund to make. `paymentFactId` is the capture; the same key with the same request makes one refund, however much later. */
export type RefundRequest = {
  paymentFactId: string
  amountMinor: number
  currency: string
  idempotencyKey: string
  /** Since when it has been asked for without anybody knowing what came of that; null: it is asked for the first time. */
  askedSince: Date | null
}

/** What a provider says of a subscription when asked. `status` in the words of the entitlement table. */
export type SubscriptionState = {
  kind: 'subscription'
  objectId: string
  /** Our subscription, as we named it when its checkout began. */
  reference: string | null
  status: 'incomplete' | 'trialing' | 'active' | 'past_due' | 'unpaid' | 'paused' | 'cancelled'
  /** Money is not collected, though the status says active (Stripe's `pause_collection`). */
  collectionPaused: boolean
  currentPeriodEnd: Date | null
  /**
   * Nothing more is charged, and what was paid holds until `currentPeriodEnd`, or until the one told of before where that is null. With
   * status `cancelled` it cannot be taken back.
   */
  cancelAtPeriodEnd: boolean
  endedAt: Date | null
  /** What is charged each period; null where it is nothing that one plan of ours could cost. */
  price: SubscriptionPrice | null
}

/** In minor units of `currency` by ISO 4217. */
export type SubscriptionPrice = { amountMinor: number; currency: string; period: BillingPeriod }

/** A thing at the provider as it is now: a subscription's state, or the money facts that it amounts to. */
export type ProviderState = SubscriptionState | { kind: 'facts'; changes: PaymentChange[] }

/** What to do with a subscription. `keep` takes `cancel_at_period_end` back, and `resume` a pause: neither touches the other. */
export type SubscriptionAction = 'cancel_now' | 'cancel_at_period_end' | 'keep' | 'pause' | 'resume'

/** The half of a provider that we talk to. Every call ends within seconds and throws ProviderUnavailable or ProviderRefused. */
export interface PaymentProvider {
  readonly provider: ProviderName

  createCheckout(request: CheckoutRequest): Promise<Checkout>

  /** Closes a checkout, so that no money comes in by it any more; `false` when it was paid or is being paid. */
  expireCheckout(providerObjectId: string): Promise<boolean>

  createSubscriptionCheckout(request: SubscriptionCheckoutRequest): Promise<Checkout>

  /**
   * The thing as it is now; `undefined`: the provider knows no such thing. Where a provider leaves it to us to take the money of a checkout
   * that the driver has approved, this takes it: as often as it is asked, once.
   */
  fetchState(objectKind: ProviderObjectKind, objectId: string): Promise<ProviderState | undefined>

  /** What the refund amounts to: often `pending` first. */
  refund(request: RefundRequest): Promise<PaymentChange>

  changeSubscription(objectId: string, action: SubscriptionAction, idempotencyKey: string): Promise<void>

  /** A page of the provider's where the holder changes the card and sees invoices; absent where the provider has none. */
  createPortalLink?(subscriptionObjectId: string, returnUrl: string): Promise<string>

  /**
   * What the provider would have told us of from `since` on, oldest first and normalised as its webhook would be: whatever was lost
   * on the way is in it.
   */
  eventsSince(since: Date): AsyncIterable<PaymentEvent>
}

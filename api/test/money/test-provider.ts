import { randomUUID } from 'node:crypto'
import type {
  PaymentChange,
  PaymentEvent,
  ProviderName,
  ProviderObjectKind,
} from '@turnpike/contracts/payment-event.ts'
import { ProviderRefused, ProviderUnavailable } from '@turnpike/providers/errors.ts'
import type {
  Checkout,
  CheckoutRequest,
  PaymentProvider,
  ProviderState,
  RefundRequest,
  SubscriptionAction,
  SubscriptionCheckoutRequest,
  SubscriptionState,
} from '@turnpike/providers/provider.ts'

type Refund = Extract<PaymentChange, { kind: 'payment_refunded' }>
type NotUnderstood = Extract<PaymentChange, { kind: 'not_understood' }>

/**
 * A provider as the core knows one: it keeps what it is asked for, does one thing per idempotency key, can be asked how things are, and
 * lists what it told. Tests make it fail, wait and change under way.
 */
export class TestProvider implements PaymentProvider {
  readonly provider: ProviderName = 'stripe'
  /** What it was asked, in order: the name of the call and its key or object. */
  readonly asked: string[] = []
  readonly byKey = new Map<string, unknown>()
  readonly subscriptions = new Map<string, SubscriptionState>()
  readonly facts = new Map<string, PaymentChange[]>()
  /** What it would have told us, with when. */
  readonly told: { at: Date; event: PaymentEvent }[] = []
  readonly closed = new Set<string>()
  readonly paidCheckouts = new Set<string>()
  /** It cannot be reached. */
  down = false
  /** It did what it was asked, and the answer is lost. */
  answersAreLost = false
  /** The code with which it refuses everything. */
  refuses: string | undefined
  /** How far a refund is when it answers; `strange`: it is made, and its answer has a shape that nobody knows. */
  refundsAre: 'pending' | 'succeeded' | 'strange' = 'succeeded'
  /** Runs within a call, after the state was read and before it is answered. */
  meanwhile: (call: string) => Promise<void> = async () => {}

  async createCheckout(request: CheckoutRequest): Promise<Checkout> {
    return this.#do('createCheckout', request.idempotencyKey, () => newCheckout(request.quoteId))
  }

  async createSubscriptionCheckout(request: SubscriptionCheckoutRequest): Promise<Checkout> {
    return this.#do('createSubscriptionCheckout', request.idempotencyKey, () => newCheckout(request.subscriptionId))
  }

  async expireCheckout(providerObjectId: string): Promise<boolean> {
    return this.#do('expireCheckout', `expire ${providerObjectId}`, () => {
      if (this.paidCheckouts.has(providerObjectId)) return false
      this.closed.add(providerObjectId)
      return true
    })
  }

  async fetchState(objectKind: ProviderObjectKind, objectId: string): Promise<ProviderState | undefined> {
    this.asked.push(`fetchState ${objectId}`)
    this.#reach()
    const state: ProviderState | undefined =
      objectKind === 'subscription'
        ? this.subscriptions.get(objectId)
        : this.facts.has(objectId)
          ? { kind: 'facts', changes: this.facts.get(objectId)! }
          : undefined
    const copy = state && { ...state }
    await this.meanwhile(`fetchState ${objectId}`)
    return copy
  }

  async refund(request: RefundRequest): Promise<PaymentChange> {
    return this.#do('refund', request.idempotencyKey, (): Refund | NotUnderstood => {
      const { paymentFactId, amountMinor, currency } = request
      const occurredAt = new Date('2026-03-10T12:00:00Z').toISOString()
      const factId = `re_${randomUUID()}`
      const state = this.refundsAre
      if (state === 'strange') return { kind: 'not_understood', reason: 'its state is strange' }
      return { kind: 'payment_refunded', factId, state, paymentFactId, amountMinor, currency, occurredAt }
    })
  }

  async changeSubscription(objectId: string, action: SubscriptionAction, key: string): Promise<void> {
    return this.#do('changeSubscription', key, () => {
      const before = this.subscriptions.get(objectId)
      if (before !== undefined) this.subscriptions.set(objectId, { ...before, ...after(action) })
    })
  }

  async createPortalLink(objectId: string): Promise<string> {
    this.asked.push(`createPortalLink ${objectId}`)
    this.#reach()
    return `https://provider.example/portal/${objectId}`
  }

  async *eventsSince(since: Date): AsyncIterable<PaymentEvent> {
    this.asked.push(`eventsSince ${since.toISOString()}`)
    this.#reach()
    for (const { at, event } of this.told) if (at >= since) yield event
  }

  /** A subscription there, as its checkout or its holder made it; `said` is what differs from an active one. */
  subscription(objectId: string, said: Partial<SubscriptionState> = {}): SubscriptionState {
    const before = this.subscriptions.get(objectId) ?? {
      kind: 'subscription' as const,
      objectId,
      reference: null,
      status: 'active' as const,
      collectionPaused: false,
      currentPeriodEnd: null,
      cancelAtPeriodEnd: false,
      endedAt: null,
      price: null,
    }
    const state = { ...before, ...said }
    this.subscriptions.set(objectId, state)
    return state
  }

  async #do<T>(call: string, key: string, work: () => T): Promise<T> {
    this.asked.push(`${call} ${key}`)
    this.#reach()
    if (!this.byKey.has(key)) this.byKey.set(key, work())
    await this.meanwhile(`${call} ${key}`)
    if (this.answersAreLost) throw new ProviderUnavailable('the answer was lost')
    return this.byKey.get(key) as T
  }

  #reach() {
    if (this.down) throw new ProviderUnavailable('it is down')
    if (this.refuses !== undefined) throw new ProviderRefused(this.refuses, 'it refuses')
  }
}

function newCheckout(of: string): Checkout {
  return { redirectUrl: `https://provider.example/pay/${of}`, providerObjectId: `cs_${randomUUID()}` }
}

function after(action: SubscriptionAction): Partial<SubscriptionState> {
  switch (action) {
    case 'cancel_now':
      return { status: 'cancelled' }
    case 'cancel_at_period_end':
      return { cancelAtPeriodEnd: true }
    case 'keep':
      return { cancelAtPeriodEnd: false }
    case 'pause':
      return { collectionPaused: true }
    case 'resume':
      return { collectionPaused: false, status: 'active' }
  }
}

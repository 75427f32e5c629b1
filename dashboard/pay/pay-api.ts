import type {
  HolderPayments,
  HolderSubscription,
  PortalAnswer,
  PublicPlans,
  PurchasedSubscription,
  SubscriptionPurchase,
  SubscriptionPurchaseAnswer,
} from '@turnpike/contracts/holder.ts'
import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import type {
  AdvanceRequest,
  CheckoutAnswer,
  PublicQuote,
  QuoteAnswer,
  QuoteRequest,
} from '@turnpike/contracts/quote.ts'
import type { Receipt } from '@turnpike/contracts/receipt.ts'
import type { QuoteAddress } from './address.ts'
import { currentLanguage } from './language.ts'
import { ask } from './network.ts'

/** What somebody without an account may ask of the API. Every error thrown is a sentence that says what to do. */
export class PayApi {
  readonly #base: string

  /** @param base where the API is, `/v1` included */
  constructor(base: string) {
    this.#base = base
  }

  quote({ quoteId, key }: QuoteAddress): Promise<PublicQuote> {
    return this.#get(`/quotes/${encodeURIComponent(quoteId)}${key === null ? '' : `?key=${encodeURIComponent(key)}`}`)
  }

  newQuote(request: QuoteRequest): Promise<QuoteAnswer> {
    return this.#post('/quotes', request)
  }

  /** Paid in advance; a quote of its own. */
  advance(request: AdvanceRequest): Promise<PublicQuote> {
    return this.#post<QuoteAnswer>('/quotes/advance', request).then(({ quote }) => quote!)
  }

  /** One checkout a quote and provider, however often it is asked for. */
  checkout(quoteId: string, provider: ProviderName): Promise<CheckoutAnswer> {
    return this.#post(`/quotes/${encodeURIComponent(quoteId)}/checkout`, { provider })
  }

  receipt(receiptId: string): Promise<Receipt> {
    return this.#get(`/public/receipts/${encodeURIComponent(receiptId)}`)
  }

  plans(siteId: string | null): Promise<PublicPlans> {
    return this.#get(`/public/plans${siteId === null ? '' : `?siteId=${encodeURIComponent(siteId)}`}`)
  }

  /** One purchase for each `purchaseId`, however often it is asked for. */
  buy(purchase: Omit<SubscriptionPurchase, 'language'> & { purchaseId: string }): Promise<SubscriptionPurchaseAnswer> {
    const body = { ...purchase, language: currentLanguage() }
    return ask(`${this.#base}/public/subscriptions`, { body, repeatable: true })
  }

  purchase(subscriptionId: string): Promise<PurchasedSubscription> {
    return this.#get(`/public/subscriptions/${encodeURIComponent(subscriptionId)}`)
  }

  askForLink(email: string): Promise<unknown> {
    return ask(`${this.#base}/public/subscriptions/link`, {
      body: { email, language: currentLanguage() },
      repeatable: false,
    })
  }

  /** What the holder of a mailed link may do. */
  held(token: string) {
    const path = `${this.#base}/public/subscription`
    const post = <T>(action: string, body: object) => ask<T>(`${path}/${action}`, { body, token, repeatable: true })
    return {
      show: () => ask<HolderSubscription>(path, { token, repeatable: true }),
      payments: () => ask<HolderPayments>(`${path}/payments`, { token, repeatable: true }),
      changeVehicles: (plates: string[]) => post<HolderSubscription>('vehicles', { plates }),
      act: (action: 'cancel' | 'resume') => post<HolderSubscription>('actions', { action }),
      openPortal: () => post<PortalAnswer>('portal', {}),
    }
  }

  #get<T>(path: string): Promise<T> {
    return ask(this.#base + path, { repeatable: true })
  }

  #post<T>(path: string, body: object): Promise<T> {
    return ask(this.#base + path, { body, repeatable: true })
  }
}

/** Reads where the API is from `/config.json`. */
export async function openPayApi(): Promise<PayApi> {
  const { apiUrl } = await ask<{ apiUrl: string }>('/config.json', { repeatable: true })
  return new PayApi(`${apiUrl.replace(/\/+$/, '')}/v1`)
}

import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { ProviderUnavailable } from '@turnpike/providers/errors.ts'
import type { PaymentProvider } from '@turnpike/providers/provider.ts'
import { providers } from '@turnpike/providers/providers.ts'
import { isWebhookGiven, type Settings } from '@turnpike/providers/settings.ts'
import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import type { Webhooks } from './routes/webhooks.ts'
import type { Providers } from './services/deps.ts'

/** After so many failures in a row nobody waits for the provider any more, until one call after the pause has found it back. */
const failuresInARow = 5
const pauseMs = 10_000

export type PaymentSettings = { PAYMENT_PROVIDERS: ProviderName[]; settings: Settings }

/** The payment providers that are configured, each behind a breaker of its own. */
export function paymentProviders({ PAYMENT_PROVIDERS, settings }: PaymentSettings): Providers {
  return Object.fromEntries(PAYMENT_PROVIDERS.map((name) => [name, guarded(providers[name].provider.open(settings))]))
}

/** The webhooks that the core serves itself: those of which it was told anything. */
export function paymentWebhooks({ PAYMENT_PROVIDERS, settings }: PaymentSettings): Webhooks {
  return Object.fromEntries(
    PAYMENT_PROVIDERS.filter((name) => isWebhookGiven(providers[name], settings)).map((name) => [
      name,
      providers[name].webhook.open(settings),
    ]),
  )
}

/** The same provider, which is not asked while it is down: that is answered at once instead of after its time-out. */
export function guarded(provider: PaymentProvider): PaymentProvider & { isLeftAlone: () => boolean } {
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof ProviderUnavailable),
    { halfOpenAfter: pauseMs, breaker: new ConsecutiveBreaker(failuresInARow) },
  )
  const ask = <T>(call: () => Promise<T>): Promise<T> =>
    breaker.execute(call).catch((error: unknown) => {
      if (!(error instanceof BrokenCircuitError)) throw error
      throw new ProviderUnavailable(`${provider.provider} failed ${failuresInARow} times in a row and is left alone`)
    })
  const { createPortalLink } = provider
  return {
    provider: provider.provider,
    isLeftAlone: () => breaker.state === CircuitState.Open,
    createCheckout: (request) => ask(() => provider.createCheckout(request)),
    expireCheckout: (id) => ask(() => provider.expireCheckout(id)),
    createSubscriptionCheckout: (request) => ask(() => provider.createSubscriptionCheckout(request)),
    fetchState: (kind, id) => ask(() => provider.fetchState(kind, id)),
    refund: (request) => ask(() => provider.refund(request)),
    changeSubscription: (id, action, key) => ask(() => provider.changeSubscription(id, action, key)),
    ...(createPortalLink && {
      createPortalLink: (id: string, returnUrl: string) => ask(() => createPortalLink.call(provider, id, returnUrl)),
    }),
    // Pages through as it is read; a page that fails ends it, and the next run begins where this one began.
    eventsSince: (since) => provider.eventsSince(since),
  }
}

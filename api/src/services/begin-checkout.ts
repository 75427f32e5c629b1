import type { CheckoutAnswer, CheckoutRequest } from '@turnpike/contracts/quote.ts'
import type { Checkout } from '@turnpike/providers/provider.ts'
import { later } from '../domain/command-life.ts'
import { payUrl } from '../domain/pay-url.ts'
import { quoteStateOf } from '../domain/quote-state.ts'
import { Refusal } from '../errors.ts'
import { change } from '../repositories/change.ts'
import { type CallRow, intendCall } from '../repositories/outbound-calls.ts'
import { findQuote } from '../repositories/quotes.ts'
import { askProvider, callLeaseMs } from './ask-provider.ts'
import type { Deps } from './deps.ts'

/** Begins a checkout for an open quote. The idempotency key is the quote and the provider: pressing Pay twice is one checkout. */
export async function beginCheckout(
  deps: Deps,
  quoteId: string,
  request: CheckoutRequest,
  requestId: string,
): Promise<CheckoutAnswer> {
  const found = await findQuote(deps.database.db, quoteId)
  if (found === undefined) throw new Refusal('not_found', 'There is no such quote. Ask for a new one with your plate.')
  const { quote, siteName, stay } = found
  const now = deps.now()
  const state = quoteStateOf(quote, stay, now)
  if (state === 'paid') throw new Refusal('conflict', 'This stay is paid already.')
  if (state === 'expired')
    throw new Refusal('conflict', 'This quote has expired, or the stay is over. Ask for a new one.')
  const { provider } = request
  if (deps.providers[provider] === undefined)
    throw new Refusal('unavailable', `Paying with ${provider} is not set up here.`)
  const callId = deps.newId()
  const asked = {
    quoteId: quote.id,
    amountMinor: quote.amountMinor,
    currency: quote.currency,
    description: `Parking, ${siteName}`,
    successUrl: `${payUrl(deps.dashboardUrl, quote.id, callId)}&done`,
    cancelUrl: payUrl(deps.dashboardUrl, quote.id),
    expiresAt: quote.expiresAt,
  }
  const call = await change(deps.database.db, { kind: 'driver', id: null, requestId }, now, async (tx) => {
    const intended = await intendCall(tx, {
      id: callId,
      kind: 'checkout',
      provider,
      idempotencyKey: `checkout-${provider}-${quote.id}`,
      subjectId: quote.id,
      request: asked,
      dueAt: later(now, callLeaseMs),
    })
    const entry = { action: 'checkout.begun', siteId: quote.siteId, subjectKind: 'quote', subjectId: quote.id }
    return { result: intended, audit: [{ ...entry, after: { provider } }], marks: [] }
  })
  return { redirectUrl: pageOf(await askProvider(deps, call)) }
}

/** Where to send whoever began a checkout. */
function pageOf({ state, provider, result }: CallRow): string {
  // Asking again would get the same no: the sum, or the currency, is not one the provider takes.
  if (state === 'refused')
    throw new Refusal('conflict', `${provider} does not take this payment. Please call for help.`)
  if (state === 'pending')
    throw new Refusal('unavailable', 'The payment provider cannot be reached. Please try again in a minute.')
  return (result as { checkout: Checkout }).checkout.redirectUrl
}

import type { CheckoutAnswer, CheckoutRequest } from '@turnpike/contracts/quote.ts'
import { payUrl } from '../domain/pay-url.ts'
import { quoteStateOf } from '../domain/quote-state.ts'
import { Refusal } from '../errors.ts'
import { findQuote } from '../repositories/quotes.ts'
import type { Deps } from './deps.ts'

/** Begins a checkout for an open quote. The idempotency key is the quote: pressing Pay twice is one checkout. */
export async function beginCheckout(deps: Deps, quoteId: string, request: CheckoutRequest): Promise<CheckoutAnswer> {
  const found = await findQuote(deps.database.db, quoteId)
  if (found === undefined) throw new Refusal('not_found', 'There is no such quote. Ask for a new one with your plate.')
  const { quote, siteName, stay } = found
  const state = quoteStateOf(quote, stay, deps.now())
  if (state === 'paid') throw new Refusal('conflict', 'This stay is paid already.')
  if (state === 'expired')
    throw new Refusal('conflict', 'This quote has expired, or the stay is over. Ask for a new one.')
  const checkout = deps.checkouts[request.provider]
  if (checkout === undefined) throw new Refusal('unavailable', `Paying with ${request.provider} is not set up here.`)
  const page = payUrl(deps.dashboardUrl, quote.id)
  try {
    return await checkout({
      quoteId: quote.id,
      amountMinor: quote.amountMinor,
      currency: quote.currency,
      description: `Parking, ${siteName}`,
      successUrl: `${page}?done`,
      cancelUrl: page,
      idempotencyKey: `checkout-${quote.id}`,
      expiresAt: quote.expiresAt,
    })
  } catch (error) {
    // Asking again would get the same no: the sum, or the currency, is not one the provider takes.
    if ((error as Error).name === 'ProviderRefused')
      throw new Refusal('conflict', `${request.provider} does not take this payment. Please call for help.`, {
        cause: error,
      })
    throw new Refusal('unavailable', 'The payment provider cannot be reached. Please try again in a minute.', {
      cause: error,
    })
  }
}

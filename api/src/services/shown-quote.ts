import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import { quoteStateOf } from '../domain/quote-state.ts'
import { Refusal } from '../errors.ts'
import { findQuote, isKeyOf } from '../repositories/quotes.ts'
import type { Deps } from './deps.ts'

/**
 * A quote as its page shows it: the sum to whoever has its id, which anybody gets who types the plate. By when to leave is for who paid
 * it, and where the car stands, or that it left, only for whom the exit or the provider gave a `key`.
 */
export async function shownQuote(deps: Deps, quoteId: string, key?: string): Promise<PublicQuote> {
  const found = await findQuote(deps.database.db, quoteId)
  if (found === undefined) throw new Refusal('not_found', 'There is no such quote. Ask for a new one with your plate.')
  const { quote, siteName, timeZone, stay, receiptIds } = found
  const mayFollow = key !== undefined && (await isKeyOf(deps.database.db, quoteId, key))
  const gate = mayFollow ? found.gate : null
  const state = quoteStateOf(quote, stay, deps.now())
  return {
    id: quote.id,
    siteId: quote.siteId,
    siteName,
    timeZone,
    state,
    amountMinor: quote.amountMinor,
    currency: quote.currency,
    lines: quote.lines,
    from: quote.chargedFrom.toISOString(),
    pricedAt: quote.pricedAt.toISOString(),
    expiresAt: quote.expiresAt.toISOString(),
    leaveBy: state === 'paid' && (mayFollow || quote.paidAt !== null) ? (stay?.paidUntil?.toISOString() ?? null) : null,
    credit: quote.credit,
    providers: Object.keys(deps.providers) as ProviderName[],
    receiptIds,
    left: mayFollow && gate === null && (stay?.state === 'closed' || stay?.state === 'missed_exit'),
    gate,
  }
}

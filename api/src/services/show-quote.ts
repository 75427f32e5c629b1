import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import type { Deps } from './deps.ts'
import { shownQuote } from './shown-quote.ts'

/** One quote, for whoever has its address. */
export function showQuote(deps: Deps, quoteId: string): Promise<PublicQuote> {
  return shownQuote(deps, quoteId)
}

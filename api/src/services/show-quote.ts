import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import type { Deps } from './deps.ts'
import { shownQuote } from './shown-quote.ts'

/** One quote, for whoever has its address; what it shows depends on the `key` in it. */
export function showQuote(deps: Deps, quoteId: string, key: string | undefined): Promise<PublicQuote> {
  return shownQuote(deps, quoteId, key)
}

import type { QuoteState } from '@turnpike/contracts/quote.ts'
import { later } from './command-life.ts'

type Quote = { paidAt: Date | null; expiresAt: Date }
type Stay = { state: string; paidUntil: Date | null }

/** For whoever pays on a phone: to choose, and to get through the provider's page. */
const payingTakesSeconds = 180

/**
 * Until when a quote that stands already must last to be given out again, so that whoever gets it has the time to pay it:
 * `neededSeconds`, but never more than half of what a new one has. One that ends before is left to those who have it.
 */
export function mustLastUntil(
  { quoteValidSeconds }: { quoteValidSeconds: number },
  now: Date,
  neededSeconds = payingTakesSeconds,
): Date {
  return later(now, Math.min(neededSeconds, quoteValidSeconds / 2) * 1000)
}

/** Whether a quote can still be paid. One whose stay is over, or was paid by another quote, cannot: nobody pays twice. */
export function quoteStateOf(quote: Quote, stay: Stay | null, now: Date): QuoteState {
  const covered = stay?.paidUntil != null && stay.paidUntil >= now
  if (quote.paidAt !== null || covered) return 'paid'
  const over = stay !== null && stay.state !== 'open'
  return over || quote.expiresAt <= now ? 'expired' : 'open'
}

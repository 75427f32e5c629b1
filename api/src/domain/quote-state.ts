import type { QuoteState } from '@turnpike/contracts/quote.ts'

type Quote = { paidAt: Date | null; expiresAt: Date }
type Stay = { state: string; paidUntil: Date | null }

/** Whether a quote can still be paid. One whose stay is over, or was paid by another quote, cannot: nobody pays twice. */
export function quoteStateOf(quote: Quote, stay: Stay | null, now: Date): QuoteState {
  const covered = stay?.paidUntil != null && stay.paidUntil >= now
  if (quote.paidAt !== null || covered) return 'paid'
  const over = stay !== null && stay.state !== 'open'
  return over || quote.expiresAt <= now ? 'expired' : 'open'
}

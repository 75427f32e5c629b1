import type { CheckoutAnswer, PublicQuote, QuoteAnswer, QuoteRequest } from '@turnpike/contracts/quote.ts'
import { ApiError, readProblem } from '../src/api/problem.ts'

/** What a driver without an account may ask of the API. Every error thrown is a sentence that says what to do. */
export type PayApi = {
  quote(quoteId: string): Promise<PublicQuote>
  newQuote(request: QuoteRequest): Promise<QuoteAnswer>
  checkout(quoteId: string): Promise<CheckoutAnswer>
}

/** Reads where the API is from `/config.json`. */
export async function openPayApi(): Promise<PayApi> {
  const { apiUrl } = await call<{ apiUrl: string }>('/config.json')
  const quotes = `${apiUrl.replace(/\/+$/, '')}/v1/quotes`
  return {
    quote: (quoteId) => call(`${quotes}/${encodeURIComponent(quoteId)}`),
    newQuote: (request) => call(quotes, request),
    checkout: (quoteId) => call(`${quotes}/${encodeURIComponent(quoteId)}/checkout`, { provider: 'stripe' }),
  }
}

/** Long enough for a weak signal in a garage, short enough that a person is told what is going on. */
const timeoutMs = 15_000

async function call<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body ? JSON.stringify(body) : null,
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => {
    throw new ApiError(0, 'No connection. Check your signal, then try again.')
  })
  if (!response.ok) throw await readProblem(response)
  return response.json()
}

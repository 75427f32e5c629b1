/**
 * The page on which a driver pays a quote. Whoever types a plate gets its quote, too: only an address with a `key` also shows where the
 * car stands. The key is the id of the decision that the exit shows, or of the checkout whose payer the provider sends back.
 */
export function payUrl(dashboardUrl: string, quoteId: string, key?: string): string {
  return new URL(`/pay/${quoteId}${key === undefined ? '' : `?key=${key}`}`, dashboardUrl).href
}

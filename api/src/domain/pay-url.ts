/** The page on which a driver pays a quote. */
export function payUrl(dashboardUrl: string, quoteId: string): string {
  return new URL(`/pay/${quoteId}`, dashboardUrl).href
}

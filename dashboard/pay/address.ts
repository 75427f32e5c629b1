/** What a pay page's address asks for. */
export type Address =
  | { page: 'quote'; quoteId: string; returning: boolean }
  | { page: 'plate'; siteId: string }
  | { page: 'nothing' }

/** `/pay/{quoteId}`, `/pay/{quoteId}?done` on the way back from the provider, `/pay?site={siteId}`. */
export function readAddress(url: URL): Address {
  const [, , quoteId] = url.pathname.split('/')
  if (quoteId) return { page: 'quote', quoteId: decodeURIComponent(quoteId), returning: url.searchParams.has('done') }
  const siteId = url.searchParams.get('site')
  return siteId ? { page: 'plate', siteId } : { page: 'nothing' }
}

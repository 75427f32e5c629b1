/** `key`: what lets it also show where the car stands; null where the plate was typed. */
export type QuoteAddress = { quoteId: string; key: string | null }

/** What an address of the drivers' pages asks for. */
export type Address =
  | ({ page: 'quote'; returning: boolean } & QuoteAddress)
  | { page: 'plate'; siteId: string }
  | { page: 'receipt'; receiptId: string }
  | { page: 'plans'; siteId: string | null }
  | { page: 'subscribed'; subscriptionId: string }
  | { page: 'manage'; token: string }
  | { page: 'nothing' }

/**
 * `/pay/{quoteId}?key={key}`, with `&done` on the way back from the provider, `/pay?site={siteId}`, `/receipt/{receiptId}`,
 * `/plans?site={siteId}`, `/subscribed/{subscriptionId}`, `/manage#{token}`: what follows `#` is sent to no server.
 */
export function readAddress(url: URL): Address {
  const [, page, id = ''] = url.pathname.split('/').map(decodeURIComponent)
  const siteId = url.searchParams.get('site')
  if (page === 'receipt' && id) return { page, receiptId: id }
  if (page === 'plans') return { page, siteId }
  if (page === 'subscribed' && id) return { page, subscriptionId: id }
  if (page === 'manage') return { page, token: url.hash.slice(1) }
  if (page === 'pay' && id)
    return { page: 'quote', quoteId: id, key: url.searchParams.get('key'), returning: url.searchParams.has('done') }
  return page === 'pay' && siteId ? { page: 'plate', siteId } : { page: 'nothing' }
}

import type { PaypalKept } from './paypal-kept.ts'
import { notWellFormed } from './paypal-refusal.ts'

/**
 * `GET /v1/notifications/webhooks-events`: newest first, ten a page unless `page_size` says more, the next page by its link.
 * Both ends of the time range belong to it.
 */
export function listEvents(url: string, { events }: PaypalKept, query: URLSearchParams): object {
  const pageSize = Number(query.get('page_size') ?? 10)
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 300)
    throw notWellFormed('INVALID_PARAMETER_VALUE', 'page_size is between 1 and 300.', 'page_size')
  const from = timeOf(query, 'start_time') ?? -Infinity
  const to = timeOf(query, 'end_time') ?? Infinity
  const type = query.get('event_type')
  const found = Object.values(events)
    .map(({ event }) => event)
    .filter((event) => type === null || event.event_type === type)
    .filter(({ create_time }) => Date.parse(create_time) >= from && Date.parse(create_time) <= to)
    .toReversed()
  const start = Number(query.get('next_page_token') ?? 0)
  const page = found.slice(start, start + pageSize)
  const self = `${url}/v1/notifications/webhooks-events`
  const next = new URLSearchParams(query)
  next.set('next_page_token', String(start + pageSize))
  return {
    events: page,
    count: page.length,
    links: [
      { href: `${self}?${query}`, rel: 'self', method: 'GET' },
      ...(start + pageSize < found.length ? [{ href: `${self}?${next}`, rel: 'next', method: 'GET' }] : []),
    ],
  }
}

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw notWellFormed('INVALID_PARAMETER_VALUE', 'Not an ISO 8601 date.', name)
  return time
}

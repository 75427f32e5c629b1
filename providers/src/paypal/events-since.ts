import type { PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import { z } from 'zod'
import { ProviderUnavailable } from '../errors.ts'
import type { PaypalClient } from './client.ts'
import { normalise } from './normalise.ts'
import { links } from './resource.ts'

/** A page that follows itself would be read for ever; this many pages hold more events than PayPal keeps for a car park. */
const mostPages = 10_000

const page = z.object({
  events: z.array(z.looseObject({ id: z.string(), event_type: z.string(), create_time: z.string().default('') })),
  links: links.default([]),
})

/**
 * The events since then, oldest first (https://developer.paypal.com/docs/api/webhooks/v1/#webhooks-events_list); PayPal keeps them for 30
 * days. Only what we made of an event is held.
 */
export async function* eventsSince(call: PaypalClient, since: Date): AsyncIterable<PaymentEvent> {
  const found: { at: string; event: PaymentEvent }[] = []
  let query: Record<string, string> | undefined = { start_time: since.toISOString(), page_size: '100' }
  for (let count = 0; query !== undefined && count < mostPages; count += 1) {
    const read = page.safeParse(await call('GET', '/v1/notifications/webhooks-events', { query }))
    if (!read.success) throw new ProviderUnavailable('PayPal listed its events in a shape that we do not know')
    for (const body of read.data.events) {
      const event = normalise({ eventId: body.id, eventType: body.event_type, body })
      if (event.change.kind !== 'ignored') found.push({ at: body.create_time, event })
    }
    query = nextQuery(read.data.links)
  }
  found.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
  for (const { event } of found) yield event
}

/** Of the next page only the query counts: our calls go to one address. */
function nextQuery(all: z.infer<typeof links>): Record<string, string> | undefined {
  const next = all.find(({ rel }) => rel === 'next')?.href
  return next === undefined ? undefined : Object.fromEntries(new URL(next).searchParams)
}

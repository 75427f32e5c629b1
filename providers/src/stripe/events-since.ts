import type { PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import type Stripe from 'stripe'
import { ask } from './call.ts'
import { normalise } from './normalise.ts'

/**
 * The events since then, oldest first; Stripe keeps 30 days of them (https://docs.stripe.com/api/events/list). It lists newest first
 * and pages backwards, so what happens while we read is missed by this run and seen by the next. Only what we made of an event is held.
 */
export async function* eventsSince(client: Stripe, since: Date): AsyncIterable<PaymentEvent> {
  const created = { gte: Math.floor(since.getTime() / 1000) }
  const found: PaymentEvent[] = []
  let after: string | undefined
  for (;;) {
    const page = await ask(
      client.events.list({ created, limit: 100, ...(after === undefined ? {} : { starting_after: after }) }),
    )
    for (const event of page.data) found.push(normalise(asVerified(event)))
    after = page.data.at(-1)?.id
    if (!page.has_more || after === undefined) break
  }
  yield* found.filter(({ change }) => change.kind !== 'ignored').reverse()
}

function asVerified(event: Stripe.Event) {
  return { eventId: event.id, eventType: event.type, body: { ...event } }
}

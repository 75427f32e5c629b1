import completed from '../../providers/test/fixtures/checkout-session-completed.json' with { type: 'json' }

/** A paid checkout as Stripe sends it, with some fields of the session and of the envelope changed. */
export function checkoutEvent(session: Record<string, unknown> = {}, envelope: Record<string, unknown> = {}): string {
  return JSON.stringify(
    { ...completed, data: { object: { ...completed.data.object, ...session } }, ...envelope },
    null,
    2,
  )
}

/** What the core must be told of it. */
export const capture = {
  provider: 'stripe',
  eventId: completed.id,
  eventType: 'checkout.session.completed',
  change: {
    kind: 'payment_captured',
    factId: completed.data.object.payment_intent,
    reference: 'quote-7f3a',
    subscriptionObjectId: null,
    amountMinor: 450,
    currency: 'EUR',
    capturedAt: '2026-11-03T10:01:01.000Z',
  },
}

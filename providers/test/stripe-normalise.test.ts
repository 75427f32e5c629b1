import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { paymentEvent } from '@turnpike/contracts/payment-event.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { VerifiedEvent } from '../src/provider.ts'
import { normalise } from '../src/stripe/normalise.ts'
import completed from './fixtures/checkout-session-completed.json' with { type: 'json' }
import {
  at,
  dispute,
  intent,
  invoice,
  oldInvoice,
  oldSubscription,
  refund,
  snapshot,
  subscription,
  thin,
} from './stripe-events.ts'

const genuine = join(import.meta.dirname, '../../../shared/fixtures/stripe')

function verified(body: Record<string, unknown>): VerifiedEvent {
  return { eventId: String(body.id), eventType: String(body.type), body }
}

/** Our example event with some fields of its checkout session changed. */
function withSession(changes: Record<string, unknown>, type = completed.type): VerifiedEvent {
  return verified({ ...completed, type, data: { object: { ...completed.data.object, ...changes } } })
}

const changeOf = (event: VerifiedEvent) => normalise(event).change
const subscriptionHint = {
  kind: 'object_changed',
  objectKind: 'subscription',
  objectId: 'sub_1',
  reference: 'subscription-1',
}

describe('a checkout', () => {
  test('paid: becomes a capture keyed by the payment intent, at the time of the event and not of the session', () => {
    expect(normalise(verified(completed))).toEqual({
      provider: 'stripe',
      eventId: 'evt_turnpikeExample0001',
      eventType: 'checkout.session.completed',
      change: {
        kind: 'payment_captured',
        factId: 'pi_turnpikeExample0001',
        reference: 'quote-7f3a',
        subscriptionObjectId: null,
        amountMinor: 450,
        currency: 'EUR',
        capturedAt: at,
      },
    })
  })

  test('completed but unpaid is pending and captures nothing (failure 9: unpaid fulfilled)', () => {
    expect(changeOf(withSession({ payment_status: 'unpaid' }))).toEqual({
      kind: 'payment_pending',
      objectId: 'cs_test_turnpikeExample0001',
      reference: 'quote-7f3a',
    })
  })

  test('whose delayed money arrived is the same fact as one paid at once (failure 9: async_payment_succeeded ignored)', () => {
    const late = withSession({}, 'checkout.session.async_payment_succeeded')
    expect(changeOf(late)).toEqual(changeOf(verified(completed)))
  })

  test.each(['checkout.session.async_payment_failed', 'checkout.session.expired'])(
    'that ended without money (%s) has failed, and is no capture',
    (type) => {
      const change = changeOf(withSession({ payment_status: 'unpaid', payment_intent: null }, type))
      expect(change).toEqual({
        kind: 'payment_failed',
        objectId: 'cs_test_turnpikeExample0001',
        reference: 'quote-7f3a',
      })
    },
  )

  test('without our reference is still reported (failure 15: missing client reference): somebody paid', () => {
    expect(changeOf(withSession({ client_reference_id: null }))).toMatchObject({
      kind: 'payment_captured',
      reference: null,
    })
  })

  test('with the payment intent expanded gives the same fact', () => {
    const expanded = withSession({ payment_intent: { id: 'pi_turnpikeExample0001', object: 'payment_intent' } })
    expect(normalise(expanded)).toEqual(normalise(verified(completed)))
  })

  test('of a subscription names the subscription, to be fetched', () => {
    const bought = withSession({
      mode: 'subscription',
      payment_intent: null,
      subscription: 'sub_1',
      client_reference_id: 'subscription-1',
    })
    expect(changeOf(bought)).toEqual(subscriptionHint)
  })

  test.each([
    ['no money was needed', { payment_status: 'no_payment_required', payment_intent: null, amount_total: 0 }],
    ['a card was only kept', { mode: 'setup', payment_status: 'no_payment_required', payment_intent: null }],
  ])('has no effect when %s', (_, changes) => {
    expect(changeOf(withSession(changes)).kind).toBe('ignored')
  })

  test.each([
    ['amount_total', { amount_total: null }],
    ['amount_total', { amount_total: undefined }],
    ['amount_total', { amount_total: 4.5 }],
    ['amount', { amount_total: -450 }],
    ['amount_total', { amount_total: '450' }],
    ['currency', { currency: null }],
    ['currency', { currency: 'euro' }],
    ['payment_intent', { payment_intent: null }],
    ['payment_intent', { payment_intent: undefined }],
    ['payment_status', { payment_status: 'partially_paid' }],
    ['client_reference_id', { client_reference_id: 7 }],
    ['object', { object: 'payment_link' }],
    ['mode', { mode: 'donation' }],
    ['subscription', { mode: 'subscription', payment_intent: null }],
  ])('whose %s is not as promised is quarantined, and the reason names the field', (field, changes) => {
    expect(changeOf(withSession(changes))).toEqual({ kind: 'not_understood', reason: expect.stringContaining(field) })
  })
})

describe('a refund is a fact of its own', () => {
  const fact = {
    kind: 'payment_refunded',
    factId: 're_1',
    state: 'succeeded',
    paymentFactId: 'pi_1',
    amountMinor: 120,
    currency: 'EUR',
    occurredAt: at,
  }
  test.each(['refund.created', 'refund.updated', 'charge.refund.updated'])('told by %s', (type) => {
    expect(changeOf(snapshot(type, refund))).toEqual(fact)
  })

  test('keyed by the refund, so that a second partial refund of one charge is another (failure 12)', () => {
    expect(changeOf(snapshot('refund.created', { ...refund, id: 're_2' }))).toMatchObject({ factId: 're_2' })
  })

  test.each([
    ['pending', 'pending'],
    ['requires_action', 'pending'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
  ])('%s at Stripe is %s', (status, state) => {
    expect(changeOf(snapshot('refund.updated', { ...refund, status }))).toMatchObject({ state })
  })

  test('that failed after it had succeeded has failed, whatever the snapshot shows (failure 12)', () => {
    expect(changeOf(snapshot('refund.failed', refund))).toEqual({ ...fact, state: 'failed' })
  })

  test.each([
    ['payment_intent', { payment_intent: null }],
    ['status', { status: 'reversed' }],
    ['amount', { amount: 0 }],
  ])('whose %s is strange is quarantined', (field, changes) => {
    expect(changeOf(snapshot('refund.created', { ...refund, ...changes }))).toEqual({
      kind: 'not_understood',
      reason: expect.stringContaining(field),
    })
  })
})

test.each([
  ['in the shape of 2020, with the refunds inside', { refunds: { object: 'list', data: [refund] } }],
  ['in the shape of today, without them', {}],
])('charge.refunded %s is a reason to fetch the payment with its refunds', (_, more) => {
  const charge = { id: 'ch_1', object: 'charge', payment_intent: 'pi_1', amount_refunded: 120, ...more }
  expect(changeOf(snapshot('charge.refunded', charge))).toEqual({
    kind: 'object_changed',
    objectKind: 'payment',
    objectId: 'pi_1',
    reference: null,
  })
})

describe('a dispute', () => {
  test.each([
    ['created', 'needs_response', 'open'],
    ['created', 'warning_needs_response', 'open'],
    ['updated', 'under_review', 'open'],
    ['updated', 'appeal_under_review', 'lost'],
    ['closed', 'won', 'won'],
    ['closed', 'lost', 'lost'],
    ['closed', 'warning_closed', 'won'],
    ['funds_withdrawn', 'needs_response', 'open'],
    ['funds_reinstated', 'won', 'won'],
  ])('%s with status %s is %s', (event, status, state) => {
    expect(changeOf(snapshot(`charge.dispute.${event}`, { ...dispute, status }))).toEqual({
      kind: 'payment_disputed',
      factId: 'dp_1',
      state,
      paymentFactId: 'pi_1',
      amountMinor: 450,
      currency: 'EUR',
      occurredAt: at,
    })
  })

  test.each(['prevented', 'forgotten'])('in the state %s wants somebody to look', (status) => {
    expect(changeOf(snapshot('charge.dispute.closed', { ...dispute, status })).kind).toBe('not_understood')
  })
})

describe('a payment intent', () => {
  test('of a checkout of ours that succeeded is the same fact as its checkout', () => {
    expect(changeOf(snapshot('payment_intent.succeeded', intent))).toMatchObject({
      kind: 'payment_captured',
      factId: 'pi_1',
      reference: 'quote-7f3a',
      amountMinor: 450,
    })
  })

  test('that succeeded for something else is fetched: it may pay a period of a subscription', () => {
    expect(changeOf(snapshot('payment_intent.succeeded', { ...intent, metadata: {} }))).toMatchObject({
      kind: 'object_changed',
      objectKind: 'payment',
      objectId: 'pi_1',
    })
  })

  test.each(['payment_intent.payment_failed', 'payment_intent.canceled'])(
    '%s ends nothing: the driver may try another card',
    (type) => {
      expect(changeOf(snapshot(type, intent)).kind).toBe('ignored')
    },
  )
})

describe('a subscription', () => {
  test.each([
    'created',
    'updated',
    'deleted',
    'paused',
    'resumed',
    'trial_will_end',
    'pending_update_applied',
    'pending_update_expired',
  ])('%s is a reason to fetch it, the same in both shapes', (event) => {
    const type = `customer.subscription.${event}`
    expect(changeOf(snapshot(type, subscription))).toEqual(subscriptionHint)
    expect(normalise(snapshot(type, oldSubscription))).toEqual(normalise(snapshot(type, subscription)))
  })

  test('whose customer is deleted ends by its own event, and nothing is lost with the customer (failure 13)', () => {
    expect(changeOf(snapshot('customer.deleted', { id: 'cus_1', object: 'customer' })).kind).toBe('ignored')
    expect(changeOf(snapshot('customer.subscription.deleted', { ...subscription, status: 'canceled' }))).toEqual(
      subscriptionHint,
    )
  })
})

describe('an invoice', () => {
  test('paid is fetched with its payments, the same in both shapes (failure 10: the shape moved)', () => {
    expect(changeOf(snapshot('invoice.paid', invoice))).toEqual({
      kind: 'object_changed',
      objectKind: 'invoice',
      objectId: 'in_1',
      reference: null,
    })
    expect(normalise(snapshot('invoice.paid', oldInvoice))).toEqual(normalise(snapshot('invoice.paid', invoice)))
  })

  test.each(['payment_failed', 'payment_action_required', 'finalization_failed', 'voided', 'marked_uncollectible'])(
    '%s is a reason to fetch its subscription, the same in both shapes',
    (event) => {
      const type = `invoice.${event}`
      expect(changeOf(snapshot(type, invoice))).toEqual({ ...subscriptionHint, reference: null })
      expect(normalise(snapshot(type, oldInvoice))).toEqual(normalise(snapshot(type, invoice)))
    },
  )

  test.each([
    ['2020', { ...oldInvoice, subscription: null }],
    ['today', { ...invoice, parent: null }],
  ])('of no subscription has no effect, in the shape of %s', (_, object) => {
    expect(changeOf(snapshot('invoice.paid', object)).kind).toBe('ignored')
  })

  test('that does not say what it is of is quarantined (failure 10: a field silently gone)', () => {
    const { parent, ...neither } = invoice
    for (const type of ['invoice.paid', 'invoice.payment_failed'])
      expect(changeOf(snapshot(type, neither)).kind).toBe('not_understood')
  })
})

describe('a thin event is a hint', () => {
  test.each([
    ['v1.checkout.session.completed', 'cs_1', 'checkout'],
    ['v1.checkout.session.async_payment_failed', 'cs_1', 'checkout'],
    ['v1.customer.subscription.updated', 'sub_1', 'subscription'],
    ['v1.customer.subscription.past_due', 'sub_1', 'subscription'],
    ['v1.invoice.paid', 'in_1', 'invoice'],
    ['v1.refund.failed', 're_1', 'refund'],
    ['v1.charge.refund.updated', 're_1', 'refund'],
    ['v1.charge.dispute.closed', 'dp_1', 'dispute'],
    ['v1.charge.refunded', 'ch_1', 'payment'],
    ['v1.payment_intent.succeeded', 'pi_1', 'payment'],
  ])('%s', (type, objectId, objectKind) => {
    expect(changeOf(thin(type, objectId))).toEqual({ kind: 'object_changed', objectKind, objectId, reference: null })
  })

  test('goes by the id of its snapshot, so that both endpoints make one event (failure 21: duplicate endpoints)', () => {
    expect(normalise(thin('v1.refund.created', 're_1', { snapshot_event: 'evt_1' })).eventId).toBe('evt_1')
    expect(normalise(thin('v1.refund.created', 're_1')).eventId).toBe('evt_thin')
  })

  test('that names nothing is quarantined', () => {
    expect(changeOf(thin('v1.refund.created', 're_1', { related_object: null })).kind).toBe('not_understood')
  })

  test('of another kind has no effect', () => {
    expect(changeOf(thin('v1.customer.created', 'cus_1')).kind).toBe('ignored')
  })
})

test.each(['customer.created', 'barrier.opened', 'constructor', '__proto__'])(
  'an event of type %s is ignored: no error, so no endless retries (failure 5)',
  (type) => {
    expect(changeOf(verified({ id: 'evt_1', type, data: null })).kind).toBe('ignored')
  },
)

test('two distinct events of one change are one fact (failure 21: everything twice with different event ids)', () => {
  const [one, other] = ['evt_1', 'evt_2'].map((id) => normalise(snapshot('refund.created', refund, id)))
  expect(one!.eventId).not.toBe(other!.eventId)
  expect(one!.change).toEqual(other!.change)
})

test('whatever the fields of an event hold, it is a payment event, and its reason holds none of their values', () => {
  const objects = [completed.data.object, refund, dispute, intent, subscription, invoice] as Record<string, unknown>[]
  const types = [
    'checkout.session.completed',
    'refund.created',
    'charge.dispute.created',
    'payment_intent.succeeded',
    'customer.subscription.updated',
    'invoice.paid',
  ]
  const changed = fc.nat(objects.length - 1).chain((index) => {
    const fields = fc.constantFrom(...Object.keys(objects[index]!))
    return fc.tuple(fc.constant(index), fc.dictionary(fields, fc.jsonValue(), { maxKeys: 6 }), fc.jsonValue())
  })
  fc.assert(
    fc.property(changed, ([index, changes, created]) => {
      const event = snapshot(types[index]!, { ...objects[index]!, ...changes, email: 'driver@example.com' })
      const said = normalise({ ...event, body: { ...event.body, created } })
      expect(paymentEvent.safeParse(said).success).toBe(true)
      expect(JSON.stringify(said)).not.toContain('driver@example.com')
    }),
  )
})

describe.runIf(existsSync(genuine))('genuine Stripe payloads', () => {
  const folder = join(genuine, 'events-2020-shape')
  const events = (existsSync(folder) ? readdirSync(folder) : []).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>,
  )
  const kindsOf = (type: string) =>
    events.filter((event) => event.type === type).map((event) => changeOf(verified(event)).kind)

  test('of 2020: the completed checkout is a capture of 9.99 EUR', () => {
    const event = events.find(({ type }) => type === 'checkout.session.completed')!
    expect(changeOf(verified(event))).toEqual({
      kind: 'payment_captured',
      factId: 'pi_1IqxJOJDPojXS6LN9uOebAea',
      reference: null,
      subscriptionObjectId: null,
      amountMinor: 999,
      currency: 'EUR',
      capturedAt: '2021-04-29T11:57:10.000Z',
    })
  })

  test.each([
    ['customer.subscription.updated', 'object_changed'],
    ['customer.subscription.deleted', 'object_changed'],
    ['invoice.paid', 'object_changed'],
    ['invoice.voided', 'object_changed'],
    ['charge.refunded', 'object_changed'],
    ['refund.created', 'payment_refunded'],
    ['refund.failed', 'payment_refunded'],
    ['charge.dispute.created', 'payment_disputed'],
    ['charge.dispute.closed', 'payment_disputed'],
    ['payment_intent.succeeded', 'object_changed'],
    ['customer.deleted', 'ignored'],
  ])('of 2020: %s is %s', (type, kind) => {
    expect(kindsOf(type)).toEqual([kind])
  })

  test('of 2020: none of them is quarantined', () => {
    expect(events.length).toBeGreaterThanOrEqual(71)
    for (const event of events) expect(changeOf(verified(event)).kind, String(event.type)).not.toBe('not_understood')
  })

  test('of today: each object that we read is read', () => {
    const { resources } = JSON.parse(readFileSync(join(genuine, 'objects-current-shape.json'), 'utf8'))
    const kindOf = (type: string, object: Record<string, unknown>) => changeOf(snapshot(type, object)).kind
    expect(kindOf('checkout.session.completed', resources['checkout.session'])).toBe('payment_pending')
    const paid = { ...resources['checkout.session'], payment_status: 'paid', amount_total: 450, currency: 'chf' }
    expect(kindOf('checkout.session.completed', paid)).toBe('payment_captured')
    expect(kindOf('customer.subscription.updated', resources.subscription)).toBe('object_changed')
    expect(kindOf('invoice.paid', resources.invoice)).toBe('object_changed')
    expect(kindOf('invoice.payment_failed', resources.invoice)).toBe('object_changed')
    expect(kindOf('payment_intent.succeeded', resources.payment_intent)).toBe('object_changed')
    // These examples are of payments without a payment intent, which are none of ours.
    const ofIntent = { payment_intent: 'pi_1' }
    expect(kindOf('refund.created', { ...resources.refund, ...ofIntent })).toBe('payment_refunded')
    expect(kindOf('charge.dispute.created', { ...resources.dispute, ...ofIntent })).toBe('payment_disputed')
    expect(kindOf('charge.refunded', { ...resources.charge, ...ofIntent })).toBe('object_changed')
  })
})

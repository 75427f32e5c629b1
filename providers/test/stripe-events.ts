import type { VerifiedEvent } from '../src/provider.ts'

/* Stripe's objects in the two shapes that matter, with the fields that differ and those that we read. Written by us. */

export const created = 1_793_700_061
export const at = '2026-11-03T10:01:01.000Z'

export function snapshot(type: string, object: Record<string, unknown>, id = 'evt_1'): VerifiedEvent {
  const body = { id, object: 'event', api_version: '2026-10-28.endive', created, type, data: { object } }
  return { eventId: id, eventType: type, body }
}

export function thin(type: string, relatedId: string, more: Record<string, unknown> = {}): VerifiedEvent {
  const related_object = { id: relatedId, type: 'any', url: `/v1/any/${relatedId}` }
  const body = { id: 'evt_thin', object: 'v2.core.event', type, created: at, livemode: false, related_object, ...more }
  return { eventId: 'evt_thin', eventType: type, body }
}

export const refund = {
  id: 're_1',
  object: 'refund',
  status: 'succeeded',
  payment_intent: 'pi_1',
  charge: 'ch_1',
  amount: 120,
  currency: 'eur',
  created,
}

export const dispute = {
  id: 'dp_1',
  object: 'dispute',
  status: 'needs_response',
  payment_intent: 'pi_1',
  charge: 'ch_1',
  amount: 450,
  currency: 'eur',
  created,
}

export const intent = {
  id: 'pi_1',
  object: 'payment_intent',
  status: 'succeeded',
  amount: 450,
  amount_received: 450,
  currency: 'eur',
  metadata: { quoteId: 'quote-7f3a' },
}

const subscriptionSince2020 = {
  id: 'sub_1',
  object: 'subscription',
  status: 'active',
  customer: 'cus_1',
  metadata: { subscriptionId: 'subscription-1' },
  pause_collection: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  ended_at: null,
}

/** The same in both shapes. */
const pricedItem = {
  quantity: 1,
  price: {
    id: 'price_1',
    unit_amount: 4900,
    currency: 'eur',
    recurring: { interval: 'month', interval_count: 1 },
  },
}

/** The period is the subscription's. */
export const oldSubscription = {
  ...subscriptionSince2020,
  current_period_start: created,
  current_period_end: created + 2_592_000,
  items: { object: 'list', data: [{ id: 'si_1', object: 'subscription_item', ...pricedItem }] },
}

/** The period is the item's. */
export const subscription = {
  ...subscriptionSince2020,
  billing_mode: { type: 'flexible' },
  items: {
    object: 'list',
    data: [
      {
        id: 'si_1',
        object: 'subscription_item',
        current_period_start: created,
        current_period_end: created + 2_592_000,
        ...pricedItem,
      },
    ],
  },
}

const invoiceSince2020 = { id: 'in_1', object: 'invoice', status: 'paid', amount_paid: 4900, currency: 'eur' }

/** The subscription and the payment are the invoice's. */
export const oldInvoice = { ...invoiceSince2020, subscription: 'sub_1', payment_intent: 'pi_9', charge: 'ch_9' }

/** The subscription is the parent's, and the payment is not named. */
export const invoice = {
  ...invoiceSince2020,
  parent: {
    type: 'subscription_details',
    quote_details: null,
    subscription_details: { subscription: 'sub_1', metadata: { subscriptionId: 'subscription-1' } },
  },
}

export const invoicePayment = {
  id: 'inpay_1',
  object: 'invoice_payment',
  invoice: 'in_1',
  amount_paid: 4900,
  amount_requested: 4900,
  currency: 'eur',
  status: 'paid',
  payment: { type: 'payment_intent', payment_intent: 'pi_9' },
  status_transitions: { canceled_at: null, paid_at: created },
}

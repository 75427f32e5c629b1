import type { VerifiedEvent } from '../src/provider.ts'

/* PayPal's resources as its documentation shows them, with the fields that we read. Written by us. */

export const at = '2026-11-03T10:01:01.000Z'
const earlier = '2026-11-03T10:00:00Z'
const api = 'https://api.paypal.com'

export function event(eventType: string, resource: unknown, id = 'WH-1'): VerifiedEvent {
  return { eventId: id, eventType, body: { id, event_type: eventType, create_time: at, resource } }
}

const link = (rel: string, path: string) => ({ rel, href: `${api}${path}`, method: 'GET' })

export const capture = {
  id: '3C679366HH908993F',
  status: 'COMPLETED',
  amount: { currency_code: 'EUR', value: '4.50' },
  final_capture: true,
  custom_id: 'quote-7f3a',
  create_time: earlier,
  update_time: '2026-11-03T03:01:01-07:00',
  supplementary_data: { related_ids: { order_id: '5O190127TN364715T' } },
  links: [link('self', '/v2/payments/captures/3C679366HH908993F'), link('up', '/v2/checkout/orders/5O190127TN364715T')],
}

export const refund = {
  id: '1JU08902781691411',
  status: 'COMPLETED',
  amount: { currency_code: 'EUR', value: '0.99' },
  seller_payable_breakdown: { total_refunded_amount: { currency_code: 'EUR', value: '1.98' } },
  create_time: '2026-11-03T03:01:01-07:00',
  update_time: '2026-11-03T03:01:02-07:00',
  links: [
    link('self', '/v2/payments/refunds/1JU08902781691411'),
    link('up', '/v2/payments/captures/3C679366HH908993F'),
  ],
}

export const sale = {
  id: '80021663DE681814L',
  state: 'completed',
  amount: { total: '49.00', currency: 'EUR', details: { subtotal: '49.00' } },
  billing_agreement_id: 'I-BW452GLLEP1G',
  custom: 'subscription-1',
  create_time: earlier,
  update_time: at,
}

export const saleRefund = {
  id: '4CF18861HF410323U',
  sale_id: '80021663DE681814L',
  state: 'completed',
  amount: { total: '-10.00', currency: 'EUR' },
  create_time: at,
}

export const dispute = {
  dispute_id: 'PP-D-4012',
  status: 'OPEN',
  reason: 'UNAUTHORISED',
  dispute_amount: { currency_code: 'EUR', value: '4.50' },
  disputed_transactions: [{ seller_transaction_id: '3C679366HH908993F', buyer: { name: 'Zoë' } }],
  create_time: at,
}

const unit = { reference_id: 'default', custom_id: 'quote-7f3a', amount: { currency_code: 'EUR', value: '4.50' } }
export const order = { id: '5O190127TN364715T', status: 'APPROVED', intent: 'CAPTURE', purchase_units: [unit] }

const { supplementary_data, ...captureInOrder } = capture
export const paidOrder = {
  ...order,
  status: 'COMPLETED',
  purchase_units: [{ ...unit, payments: { captures: [captureInOrder] } }],
}

export const subscription = {
  id: 'I-BW452GLLEP1G',
  plan_id: 'P-5ML4271244454362WXNWU5NQ',
  status: 'ACTIVE',
  status_update_time: at,
  custom_id: 'subscription-1',
  start_time: earlier,
  billing_info: {
    outstanding_balance: { currency_code: 'EUR', value: '0.00' },
    cycle_executions: [{ tenure_type: 'REGULAR', sequence: 1, cycles_completed: 1, cycles_remaining: 0 }],
    last_payment: { amount: { currency_code: 'EUR', value: '49.00' }, time: '2026-10-31T10:00:00Z' },
    next_billing_time: '2026-11-30T10:00:00Z',
    failed_payments_count: 0,
  },
  plan: {
    billing_cycles: [
      {
        tenure_type: 'REGULAR',
        sequence: 1,
        total_cycles: 0,
        frequency: { interval_unit: 'MONTH', interval_count: 1 },
        pricing_scheme: { fixed_price: { currency_code: 'EUR', value: '49.00' } },
      },
    ],
  },
}

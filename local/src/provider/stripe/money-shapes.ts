import type Stripe from 'stripe'
import { newId, nowSeconds } from './stripe-kept.ts'

export type Sum = { amount: number; currency: string }
type Owner = { customer: string | null; metadata: Stripe.Metadata; description: string | null }

/** Objects that move money, new and in Stripe's current shape. */

export function newPaymentIntent(sum: Sum, owner: Owner, status: 'succeeded' | 'processing'): Stripe.PaymentIntent {
  const id = newId('pi_')
  return {
    id,
    object: 'payment_intent',
    amount: sum.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: status === 'succeeded' ? sum.amount : 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${newId('')}`,
    confirmation_method: 'automatic',
    created: nowSeconds(),
    currency: sum.currency,
    customer: owner.customer,
    customer_account: null,
    description: owner.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: owner.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: newId('pm_'),
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: [status === 'processing' ? 'sepa_debit' : 'card'],
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status,
    transfer_data: null,
    transfer_group: null,
  } as Stripe.PaymentIntent
}

export function newCharge(intent: Stripe.PaymentIntent): Stripe.Charge {
  const id = newId('ch_')
  const type = intent.payment_method_types[0]!
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: intent.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: newId('txn_'),
    billing_details: { address: null, email: null, name: 'Test Driver', phone: null, tax_id: null },
    calculated_statement_descriptor: 'TURNPIKE',
    captured: true,
    created: nowSeconds(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: 'approved_by_network',
      reason: null,
      risk_level: 'normal',
      seller_message: 'Payment complete.',
      type: 'authorized',
    },
    paid: true,
    payment_intent: intent.id,
    payment_method: intent.payment_method as string,
    payment_method_details: { type },
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: null,
  } as unknown as Stripe.Charge
}

/** The entry of a charge in the merchant's balance. */
export function newBalanceTransaction(charge: Stripe.Charge): Stripe.BalanceTransaction {
  const fee = Math.round(charge.amount * 0.015)
  return {
    id: charge.balance_transaction as string,
    object: 'balance_transaction',
    amount: charge.amount,
    available_on: charge.created + 2 * 86_400,
    balance_type: 'payments',
    created: nowSeconds(),
    currency: charge.currency,
    description: charge.description,
    exchange_rate: null,
    fee,
    fee_details: [],
    net: charge.amount - fee,
    reporting_category: 'charge',
    source: charge.id,
    status: 'pending',
    type: 'charge',
  } as Stripe.BalanceTransaction
}

export function newRefund(
  charge: Stripe.Charge,
  amount: number,
  given: { metadata?: Stripe.Metadata | undefined; reason?: string | undefined },
): Stripe.Refund {
  return {
    id: newId('re_'),
    object: 'refund',
    amount,
    balance_transaction: newId('txn_'),
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    customer: charge.customer as string | null,
    customer_account: null,
    destination_details: { card: { reference_status: 'pending', type: 'refund' }, type: 'card' },
    metadata: given.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: (given.reason ?? null) as Stripe.Refund['reason'],
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  } as Stripe.Refund
}

export function newDispute(charge: Stripe.Charge): Stripe.Dispute {
  return {
    id: newId('du_'),
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: {},
    evidence_details: {
      due_by: nowSeconds() + 7 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
      type: 'card',
    },
    reason: 'fraudulent',
    status: 'needs_response',
  } as unknown as Stripe.Dispute
}

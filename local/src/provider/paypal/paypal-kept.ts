import { randomBytes } from 'node:crypto'
import { PaypalRefusal } from './paypal-refusal.ts'

/** Amounts as v2 writes them. v1 writes `total` and `currency`. */
export type Amount = { currency_code: string; value: string }
export type Link = { href: string; rel: string; method: string }

export type PurchaseUnit = {
  reference_id: string
  amount: Amount & { breakdown?: unknown }
  custom_id?: string | undefined
  invoice_id?: string | undefined
  description?: string | undefined
  payee: { email_address: string; merchant_id: string }
  payments?: { captures: Capture[] }
}

export type Order = {
  id: string
  intent: 'CAPTURE'
  status: 'CREATED' | 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED' | 'VOIDED'
  purchase_units: PurchaseUnit[]
  payer?: Payer
  payment_source?: { paypal: Record<string, unknown> }
  create_time: string
  update_time: string
  links: Link[]
}
export type Payer = {
  name: { given_name: string; surname: string }
  email_address: string
  payer_id: string
  address: { country_code: string }
}

/** An order and where its page leads; `instrument` is what the buyer chose there. */
export type KeptOrder = {
  order: Order
  returnUrl: string | null
  cancelUrl: string | null
  instrument: 'balance' | 'echeck' | 'declined'
}

export type Capture = {
  id: string
  status: 'COMPLETED' | 'PENDING' | 'DECLINED' | 'PARTIALLY_REFUNDED' | 'REFUNDED'
  status_details?: { reason: string }
  amount: Amount
  final_capture: boolean
  seller_protection: { status: string; dispute_categories?: string[] }
  seller_receivable_breakdown?: { gross_amount: Amount; paypal_fee: Amount; net_amount: Amount }
  custom_id?: string | undefined
  invoice_id?: string | undefined
  supplementary_data: { related_ids: { order_id: string } }
  create_time: string
  update_time: string
  links: Link[]
}

export type Refund = {
  id: string
  status: 'COMPLETED' | 'PENDING' | 'FAILED' | 'CANCELLED'
  amount: Amount
  custom_id?: string | undefined
  invoice_id?: string | undefined
  note_to_payer?: string | undefined
  seller_payable_breakdown: {
    gross_amount: Amount
    paypal_fee: Amount
    net_amount: Amount
    total_refunded_amount: Amount
  }
  create_time: string
  update_time: string
  links: Link[]
}

/** A payment of a subscription: v1, without a capture. */
export type Sale = {
  id: string
  state: 'completed' | 'pending' | 'denied' | 'partially_refunded' | 'refunded' | 'reversed'
  amount: { total: string; currency: string; details: { subtotal: string } }
  payment_mode: 'INSTANT_TRANSFER' | 'ECHECK'
  protection_eligibility: string
  transaction_fee: { value: string; currency: string }
  billing_agreement_id: string
  custom?: string | undefined
  create_time: string
  update_time: string
  links: Link[]
}

export type SaleRefund = {
  id: string
  state: 'completed' | 'failed'
  amount: { total: string; currency: string }
  sale_id: string
  create_time: string
  update_time: string
  links: Link[]
}

export type Plan = {
  id: string
  product_id: string
  name: string
  description?: string | undefined
  status: 'CREATED' | 'ACTIVE' | 'INACTIVE'
  usage_type: 'LICENSED'
  billing_cycles: BillingCycle[]
  payment_preferences?: Record<string, unknown> | undefined
  quantity_supported: boolean
  create_time: string
  update_time: string
  links: Link[]
}
export type BillingCycle = {
  tenure_type: 'REGULAR' | 'TRIAL'
  sequence: number
  total_cycles: number
  frequency: { interval_unit: 'DAY' | 'WEEK' | 'MONTH' | 'YEAR'; interval_count: number }
  pricing_scheme?: { fixed_price: Amount } | undefined
}

export type CycleExecution = {
  tenure_type: 'REGULAR' | 'TRIAL'
  sequence: number
  cycles_completed: number
  cycles_remaining: number
  total_cycles: number
}

export type Subscription = {
  id: string
  plan_id: string
  status: 'APPROVAL_PENDING' | 'APPROVED' | 'ACTIVE' | 'SUSPENDED' | 'CANCELLED' | 'EXPIRED'
  status_change_note?: string
  status_update_time: string
  start_time: string
  quantity: string
  custom_id?: string | undefined
  subscriber?: Record<string, unknown>
  plan_overridden: boolean
  billing_info?: {
    outstanding_balance: Amount
    cycle_executions: CycleExecution[]
    last_payment?: { amount: Amount; time: string }
    next_billing_time?: string
    failed_payments_count: number
  }
  create_time: string
  update_time: string
  links: Link[]
}
export type KeptSubscription = { subscription: Subscription; returnUrl: string | null; cancelUrl: string | null }

export type Dispute = {
  dispute_id: string
  create_time: string
  update_time: string
  disputed_transactions: { seller_transaction_id: string; seller: { merchant_id: string; name: string } }[]
  reason: string
  status: 'OPEN' | 'WAITING_FOR_SELLER_RESPONSE' | 'UNDER_REVIEW' | 'RESOLVED'
  dispute_amount: Amount
  dispute_outcome?: { outcome_code: string; amount_refunded?: Amount }
  dispute_life_cycle_stage: string
  dispute_channel: string
  links: Link[]
}

export type WebhookEvent = {
  id: string
  event_version: '1.0'
  create_time: string
  resource_type: string
  resource_version?: string
  event_type: string
  summary: string
  resource: object
  links: Link[]
}
export type KeptEvent = { event: WebhookEvent; delivered: boolean }

/** Everything this PayPal knows, by id. */
export type PaypalKept = {
  orders: Record<string, KeptOrder>
  captures: Record<string, Capture>
  refunds: Record<string, Refund & { captureId: string }>
  sales: Record<string, Sale>
  sale_refunds: Record<string, SaleRefund>
  products: Record<string, object>
  plans: Record<string, Plan>
  subscriptions: Record<string, KeptSubscription>
  disputes: Record<string, Dispute>
  events: Record<string, KeptEvent>
}

export function emptyPaypal(): PaypalKept {
  return {
    orders: {},
    captures: {},
    refunds: {},
    sales: {},
    sale_refunds: {},
    products: {},
    plans: {},
    subscriptions: {},
    disputes: {},
    events: {},
  }
}

/** Seventeen capitals and digits, as PayPal's ids are; the first a letter, so that no id is taken for a number. */
export function newId(prefix = ''): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'
  const bytes = [...randomBytes(17)]
  const id = bytes.map((byte, index) => letters[byte % (index === 0 ? 24 : letters.length)]).join('')
  return `${prefix}${id}`
}

/** Whole seconds, as PayPal writes times. */
export function nowText(): string {
  return new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

/** @throws PaypalRefusal when there is none */
export function kept<T>(collection: Record<string, T>, id: string): T {
  const found = Object.hasOwn(collection, id) ? collection[id] : undefined
  if (found !== undefined) return found
  throw new PaypalRefusal(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.', [
    {
      issue: 'INVALID_RESOURCE_ID',
      description: 'Specified resource ID does not exist. Please check the resource ID and try again.',
    },
  ])
}

import { z } from 'zod'
import { amountOf, checkAmount, feeOf, read } from './amounts.ts'
import type { PaypalEvents } from './paypal-events.ts'
import {
  type Capture,
  type KeptOrder,
  kept,
  type Link,
  newId,
  nowText,
  type Order,
  type Payer,
  type PaypalKept,
} from './paypal-kept.ts'
import { notPossible } from './paypal-refusal.ts'
import { amount, readJson } from './read-json.ts'

const experience = z.strictObject({
  return_url: z.url().optional(),
  cancel_url: z.url().optional(),
  brand_name: z.string().max(127).optional(),
  locale: z.string().optional(),
  landing_page: z.enum(['LOGIN', 'GUEST_CHECKOUT', 'NO_PREFERENCE', 'BILLING']).optional(),
  shipping_preference: z.enum(['GET_FROM_FILE', 'NO_SHIPPING', 'SET_PROVIDED_ADDRESS']).optional(),
  user_action: z.enum(['CONTINUE', 'PAY_NOW']).optional(),
  payment_method_preference: z.enum(['UNRESTRICTED', 'IMMEDIATE_PAYMENT_REQUIRED']).optional(),
})
const orderRequest = z.strictObject({
  intent: z.literal('CAPTURE', 'This stand-in captures only'),
  purchase_units: z
    .array(
      z.strictObject({
        reference_id: z.string().max(256).optional(),
        description: z.string().min(1).max(127).optional(),
        custom_id: z.string().min(1).max(255).optional(),
        invoice_id: z.string().min(1).max(127).optional(),
        soft_descriptor: z.string().max(22).optional(),
        amount: z.strictObject({ ...amount.shape, breakdown: z.unknown().optional() }),
        items: z.array(z.unknown()).optional(),
      }),
    )
    .length(1),
  payment_source: z.strictObject({ paypal: z.strictObject({ experience_context: experience.optional() }) }).optional(),
  application_context: experience.optional(),
})

const patchRequest = z
  .array(z.strictObject({ op: z.enum(['replace', 'add']), path: z.string(), value: z.string() }))
  .min(1)

const merchant = { email_address: 'parking@business.example.com', merchant_id: 'TURNPKE5DEM22' }
export const buyer: Payer = {
  name: { given_name: 'Test', surname: 'Driver' },
  email_address: 'driver@personal.example.com',
  payer_id: 'TESTDR5VER234',
  address: { country_code: 'DE' },
}

/** Orders v2: begun by the merchant, approved by the buyer on the page, captured by the merchant. */
export class Orders {
  readonly #url: string
  readonly #kept: PaypalKept
  readonly #events: PaypalEvents

  constructor(publicUrl: string, keptThings: PaypalKept, events: PaypalEvents) {
    this.#url = publicUrl
    this.#kept = keptThings
    this.#events = events
  }

  create(body: string): Order {
    const given = readJson(orderRequest, body)
    const context = given.payment_source?.paypal.experience_context ?? given.application_context ?? {}
    const byPaypal = given.payment_source !== undefined
    const id = newId()
    const now = nowText()
    const { items: _, soft_descriptor: __, amount: sum, ...unit } = given.purchase_units[0]!
    const order: Order = {
      id,
      intent: 'CAPTURE',
      status: byPaypal ? 'PAYER_ACTION_REQUIRED' : 'CREATED',
      purchase_units: [
        { ...unit, reference_id: unit.reference_id ?? 'default', amount: checkAmount(sum), payee: merchant },
      ],
      ...(byPaypal ? { payment_source: { paypal: {} } } : {}),
      create_time: now,
      update_time: now,
      links: [
        this.#link(id, 'self'),
        { href: `${this.#url}/checkoutnow?token=${id}`, rel: byPaypal ? 'payer-action' : 'approve', method: 'GET' },
        { ...this.#link(id, 'update'), method: 'PATCH' },
        this.#link(id, 'capture'),
      ],
    }
    const { return_url = null, cancel_url = null } = context
    this.#kept.orders[id] = { order, returnUrl: return_url, cancelUrl: cancel_url, instrument: 'balance' }
    return order
  }

  get(id: string): Order {
    return kept(this.#kept.orders, id).order
  }

  /** `PATCH`: what the merchant calls a purchase can be changed until it is paid. */
  patch(id: string, body: string): undefined {
    const { order } = kept(this.#kept.orders, id)
    if (order.status === 'COMPLETED')
      throw notPossible('ORDER_ALREADY_COMPLETED', 'The order cannot be patched after it is completed.')
    const unit = order.purchase_units[0]!
    for (const { path, value } of readJson(patchRequest, body)) {
      const [, reference, field] =
        /^\/purchase_units\/@reference_id=='([^']*)'\/(custom_id|description|invoice_id)$/.exec(path) ?? []
      if (field === undefined || reference !== unit.reference_id)
        throw notPossible('INVALID_PATCH_OPERATION', `This stand-in cannot patch ${path}.`)
      unit[field as 'custom_id'] = value
    }
    order.update_time = nowText()
  }

  find(id: string): KeptOrder | undefined {
    return this.#kept.orders[id]
  }

  /** The buyer approves on the page, and says with what. */
  async approve(id: string, instrument: KeptOrder['instrument']): Promise<void> {
    const keptOrder = kept(this.#kept.orders, id)
    const { order } = keptOrder
    const decided = order.status === 'COMPLETED' || order.status === 'VOIDED'
    keptOrder.instrument = instrument
    if (decided || order.status === 'APPROVED') return
    order.status = 'APPROVED'
    order.payer = buyer
    order.payment_source = {
      paypal: { email_address: buyer.email_address, account_id: buyer.payer_id, name: buyer.name },
    }
    order.update_time = nowText()
    await this.#events.emit({
      type: 'CHECKOUT.ORDER.APPROVED',
      summary: 'An order has been approved by buyer',
      resourceType: 'checkout-order',
      resourceVersion: '2.0',
      resource: order,
    })
  }

  /** @throws PaypalRefusal: not approved, captured already, declined, or its invoice id was paid once */
  capture(id: string): Order {
    const { order, instrument } = kept(this.#kept.orders, id)
    if (order.status === 'COMPLETED')
      throw notPossible(
        'ORDER_ALREADY_CAPTURED',
        "Order already captured.If 'intent=CAPTURE' only one capture per order is allowed.",
      )
    if (order.status !== 'APPROVED')
      throw notPossible(
        'ORDER_NOT_APPROVED',
        "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' url returned as part of the HATEOAS links within the Create Order call or provide a valid `payment_source` in the request.",
      )
    if (instrument === 'declined')
      throw notPossible(
        'INSTRUMENT_DECLINED',
        "The instrument presented  was either declined by the processor or bank, or it can't be used for this payment.",
      )
    const unit = order.purchase_units[0]!
    const paidOnce = Object.values(this.#kept.captures).some(
      ({ invoice_id, status }) => invoice_id !== undefined && invoice_id === unit.invoice_id && status !== 'DECLINED',
    )
    if (paidOnce)
      throw notPossible(
        'DUPLICATE_INVOICE_ID',
        'Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires that Invoice Id be unique for each transaction.',
      )
    const capture = this.#newCapture(order, instrument)
    this.#kept.captures[capture.id] = capture
    order.status = 'COMPLETED'
    order.update_time = capture.create_time
    unit.payments = { captures: [capture] }
    void this.#tell(capture)
    return order
  }

  /** The money of an eCheck came, or did not. */
  async settle(captureId: string, outcome: 'COMPLETED' | 'DECLINED'): Promise<void> {
    const capture = kept(this.#kept.captures, captureId)
    if (capture.status !== 'PENDING') throw notPossible('NOT_PENDING', `Capture ${captureId} is ${capture.status}.`)
    capture.status = outcome
    delete capture.status_details
    if (outcome === 'COMPLETED') capture.seller_receivable_breakdown = breakdown(capture)
    capture.update_time = nowText()
    await this.#tell(capture)
  }

  #newCapture(order: Order, instrument: KeptOrder['instrument']): Capture {
    const { amount: sum, custom_id, invoice_id } = order.purchase_units[0]!
    const id = newId()
    const now = nowText()
    const pending = instrument === 'echeck'
    const capture: Capture = {
      id,
      status: pending ? 'PENDING' : 'COMPLETED',
      ...(pending ? { status_details: { reason: 'ECHECK' } } : {}),
      amount: { currency_code: sum.currency_code, value: sum.value },
      final_capture: true,
      seller_protection: { status: 'ELIGIBLE', dispute_categories: ['ITEM_NOT_RECEIVED', 'UNAUTHORIZED_TRANSACTION'] },
      ...(custom_id === undefined ? {} : { custom_id }),
      ...(invoice_id === undefined ? {} : { invoice_id }),
      supplementary_data: { related_ids: { order_id: order.id } },
      create_time: now,
      update_time: now,
      links: [
        { href: `${this.#url}/v2/payments/captures/${id}`, rel: 'self', method: 'GET' },
        { href: `${this.#url}/v2/payments/captures/${id}/refund`, rel: 'refund', method: 'POST' },
        this.#link(order.id, 'up'),
      ],
    }
    if (!pending) capture.seller_receivable_breakdown = breakdown(capture)
    return capture
  }

  #tell(capture: Capture): Promise<void> {
    const { value, currency_code } = capture.amount
    const said = { PENDING: 'pending', DECLINED: 'declined' }[capture.status as string] ?? 'completed'
    const type = capture.status === 'PENDING' || capture.status === 'DECLINED' ? capture.status : 'COMPLETED'
    return this.#events.emit({
      type: `PAYMENT.CAPTURE.${type}`,
      summary: `Payment ${said} for ${value} ${currency_code}`,
      resourceType: 'capture',
      resourceVersion: '2.0',
      resource: capture,
    })
  }

  #link(id: string, rel: 'self' | 'update' | 'capture' | 'up'): Link {
    const capture = rel === 'capture'
    const href = `${this.#url}/v2/checkout/orders/${id}${capture ? '/capture' : ''}`
    return { href, rel, method: capture ? 'POST' : 'GET' }
  }
}

function breakdown({ amount: sum }: Capture): NonNullable<Capture['seller_receivable_breakdown']> {
  const units = read(sum)
  const fee = feeOf(units)
  return {
    gross_amount: sum,
    paypal_fee: amountOf(fee, sum.currency_code),
    net_amount: amountOf(units - fee, sum.currency_code),
  }
}

import { z } from 'zod'
import { amountOf, checkAmount, read, write } from './amounts.ts'
import type { PaypalEvents } from './paypal-events.ts'
import {
  type Amount,
  type Dispute,
  kept,
  newId,
  nowText,
  type PaypalKept,
  type Refund,
  type SaleRefund,
} from './paypal-kept.ts'
import { notPossible } from './paypal-refusal.ts'
import { amount, readJson } from './read-json.ts'

const captureRefund = z.strictObject({
  amount: amount.optional(),
  custom_id: z.string().max(127).optional(),
  invoice_id: z.string().max(127).optional(),
  note_to_payer: z.string().min(1).max(255).optional(),
})
const saleRefund = z.strictObject({
  amount: z.strictObject({ total: z.string(), currency: z.string() }).optional(),
  description: z.string().optional(),
  invoice_number: z.string().optional(),
})

/** Refunds of captures and sales, and disputes. */
export class MoneyBack {
  readonly #url: string
  readonly #kept: PaypalKept
  readonly #events: PaypalEvents

  constructor(publicUrl: string, keptThings: PaypalKept, events: PaypalEvents) {
    this.#url = publicUrl
    this.#kept = keptThings
    this.#events = events
  }

  /** @throws PaypalRefusal when less is left of the capture than is asked back */
  refundCapture(captureId: string, body: string): Refund {
    const given = readJson(captureRefund, body)
    const capture = kept(this.#kept.captures, captureId)
    if (capture.status === 'PENDING' || capture.status === 'DECLINED')
      throw notPossible(
        'PENDING_CAPTURE',
        'Cannot initiate a refund as the capture is pending. Capture is typically pending when the payer has funded the transaction using e-check/bank funded.',
      )
    const currency = capture.amount.currency_code
    const total = read(capture.amount)
    const earlier = this.#refundedOf(captureId)
    if (earlier === total) throw notPossible('CAPTURE_FULLY_REFUNDED', 'The capture has already been fully refunded')
    const units = refunded(given.amount, currency, total - earlier)
    const now = nowText()
    const id = newId()
    const refund: Refund = {
      id,
      status: 'COMPLETED',
      amount: amountOf(units, currency),
      ...(given.custom_id === undefined ? {} : { custom_id: given.custom_id }),
      ...(given.invoice_id === undefined ? {} : { invoice_id: given.invoice_id }),
      ...(given.note_to_payer === undefined ? {} : { note_to_payer: given.note_to_payer }),
      seller_payable_breakdown: {
        gross_amount: amountOf(units, currency),
        paypal_fee: amountOf(0, currency),
        net_amount: amountOf(units, currency),
        total_refunded_amount: amountOf(earlier + units, currency),
      },
      create_time: now,
      update_time: now,
      links: [
        { href: `${this.#url}/v2/payments/refunds/${id}`, rel: 'self', method: 'GET' },
        { href: `${this.#url}/v2/payments/captures/${captureId}`, rel: 'up', method: 'GET' },
      ],
    }
    this.#kept.refunds[id] = { ...refund, captureId }
    capture.status = earlier + units === total ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
    capture.update_time = now
    void this.#events.emit({
      type: 'PAYMENT.CAPTURE.REFUNDED',
      summary: `A ${refund.amount.value} ${currency} capture payment was refunded`,
      resourceType: 'refund',
      resourceVersion: '2.0',
      resource: refund,
    })
    return refund
  }

  getRefund(id: string): Refund {
    const { captureId: _, ...refund } = kept(this.#kept.refunds, id)
    return refund
  }

  /** v1: what subscriptions pay. The webhook writes the amount negative, the answer does not. */
  refundSale(saleId: string, body: string): SaleRefund {
    const given = readJson(saleRefund, body)
    const sale = kept(this.#kept.sales, saleId)
    const { currency } = sale.amount
    const total = read({ currency_code: currency, value: sale.amount.total })
    const earlier = Object.values(this.#kept.sale_refunds)
      .filter(({ sale_id }) => sale_id === saleId)
      .reduce((sum, refund) => sum + read({ currency_code: currency, value: refund.amount.total }), 0)
    if (earlier === total)
      throw notPossible('TRANSACTION_ALREADY_REFUNDED', 'This transaction has already been refunded')
    const asked = given.amount && { currency_code: given.amount.currency, value: given.amount.total }
    const units = refunded(asked, currency, total - earlier)
    const now = nowText()
    const id = newId()
    const refund: SaleRefund = {
      id,
      state: 'completed',
      amount: { total: write(units, currency), currency },
      sale_id: saleId,
      create_time: now,
      update_time: now,
      links: [
        { href: `${this.#url}/v1/payments/refund/${id}`, rel: 'self', method: 'GET' },
        { href: `${this.#url}/v1/payments/sale/${saleId}`, rel: 'sale', method: 'GET' },
      ],
    }
    this.#kept.sale_refunds[id] = refund
    sale.state = earlier + units === total ? 'refunded' : 'partially_refunded'
    sale.update_time = now
    void this.#events.emit({
      type: 'PAYMENT.SALE.REFUNDED',
      summary: `A ${refund.amount.total} ${currency} sale payment was refunded`,
      resourceType: 'refund',
      resource: { ...refund, amount: { total: `-${refund.amount.total}`, currency } },
    })
    return refund
  }

  /** The buyer contests a capture or a sale. */
  dispute(transactionId: string): Dispute {
    const id = `PP-D-${newId().slice(0, 6)}`
    const now = nowText()
    const dispute: Dispute = {
      dispute_id: id,
      create_time: now,
      update_time: now,
      disputed_transactions: [
        { seller_transaction_id: transactionId, seller: { merchant_id: 'TURNPKE5DEM22', name: 'Turnpike demo' } },
      ],
      reason: 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED',
      status: 'WAITING_FOR_SELLER_RESPONSE',
      dispute_amount: this.#sumOf(transactionId),
      dispute_life_cycle_stage: 'INQUIRY',
      dispute_channel: 'INTERNAL',
      links: [{ href: `${this.#url}/v1/customer/disputes/${id}`, rel: 'self', method: 'GET' }],
    }
    this.#kept.disputes[id] = dispute
    void this.#tell('CREATED', dispute)
    return dispute
  }

  resolve(disputeId: string, outcome: 'RESOLVED_SELLER_FAVOUR' | 'RESOLVED_BUYER_FAVOUR'): void {
    const dispute = kept(this.#kept.disputes, disputeId)
    dispute.status = 'RESOLVED'
    dispute.dispute_outcome =
      outcome === 'RESOLVED_BUYER_FAVOUR'
        ? { outcome_code: outcome, amount_refunded: dispute.dispute_amount }
        : { outcome_code: outcome }
    dispute.update_time = nowText()
    void this.#tell('RESOLVED', dispute)
  }

  #tell(what: 'CREATED' | 'RESOLVED', dispute: Dispute): Promise<void> {
    return this.#events.emit({
      type: `CUSTOMER.DISPUTE.${what}`,
      summary: `A dispute was ${what.toLowerCase()} with case # ${dispute.dispute_id}`,
      resourceType: 'dispute',
      resource: dispute,
    })
  }

  #sumOf(transactionId: string): Amount {
    const capture = this.#kept.captures[transactionId]
    if (capture !== undefined) return capture.amount
    const { total, currency } = kept(this.#kept.sales, transactionId).amount
    return { currency_code: currency, value: total }
  }

  #refundedOf(captureId: string): number {
    return Object.values(this.#kept.refunds)
      .filter((refund) => refund.captureId === captureId)
      .reduce((sum, refund) => sum + read(refund.amount), 0)
  }
}

function refunded(asked: Amount | undefined, currency: string, left: number): number {
  if (asked === undefined) return left
  if (asked.currency_code !== currency)
    throw notPossible('REFUND_CAPTURE_CURRENCY_MISMATCH', 'Refund must be in the same currency as the capture')
  const units = read(checkAmount(asked))
  if (units > left)
    throw notPossible(
      'REFUND_AMOUNT_EXCEEDED',
      'The refund amount must be less than or equal to the capture amount that has not yet been refunded.',
    )
  return units
}

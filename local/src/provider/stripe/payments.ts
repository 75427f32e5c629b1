import type Stripe from 'stripe'
import { z } from 'zod'
import type { StripeEvents } from './events.ts'
import { newBalanceTransaction, newCharge, newDispute, newPaymentIntent, newRefund, type Sum } from './money-shapes.ts'
import { expand, integer, metadata, readParameters, text } from './parameters.ts'
import { kept, type StripeKept } from './stripe-kept.ts'
import { StripeRefusal } from './stripe-refusal.ts'

type Owner = Parameters<typeof newPaymentIntent>[1]

const refundParameters = z.strictObject({
  payment_intent: text.optional(),
  charge: text.optional(),
  amount: integer.pipe(z.int().positive()).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.optional(),
  expand,
})

/** Money that came in, goes back, or is contested. */
export class Payments {
  readonly #kept: StripeKept
  readonly #events: StripeEvents

  constructor(kept: StripeKept, events: StripeEvents) {
    this.#kept = kept
    this.#events = events
  }

  /** A payment that succeeds at once, with its charge. */
  succeed(sum: Sum, owner: Owner): Stripe.PaymentIntent {
    const intent = this.#begin(sum, owner, 'succeeded')
    this.#charge(intent)
    return intent
  }

  /** A payment whose money is on its way: a bank debit. */
  process(sum: Sum, owner: Owner): Stripe.PaymentIntent {
    const intent = this.#begin(sum, owner, 'processing')
    void this.#events.emit('payment_intent.processing', intent)
    return intent
  }

  /** The money of a bank debit came, or did not. */
  settle(intentId: string, outcome: 'succeeded' | 'failed'): void {
    const intent = kept(this.#kept.payment_intents, intentId, 'payment_intent', 'intent')
    if (intent.status !== 'processing') throw new StripeRefusal(400, { message: `${intentId} is ${intent.status}` })
    if (outcome === 'succeeded') {
      intent.status = 'succeeded'
      intent.amount_received = intent.amount
      this.#charge(intent)
      return
    }
    this.fail(intent)
  }

  fail(intent: Stripe.PaymentIntent): void {
    intent.status = 'requires_payment_method'
    intent.last_payment_error = {
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
    } as Stripe.PaymentIntent.LastPaymentError
    void this.#events.emit('payment_intent.payment_failed', intent)
  }

  /** @throws StripeRefusal when there is no such charge, or less is left of it than is asked back */
  refund(body: string): Stripe.Refund {
    const given = readParameters(refundParameters, body)
    const charge = this.#chargeOf(given)
    const left = charge.amount_captured - charge.amount_refunded
    if (left === 0) {
      const message = `Charge ${charge.id} has already been refunded.`
      throw new StripeRefusal(400, { code: 'charge_already_refunded', message })
    }
    const amount = given.amount ?? left
    if (amount > left) {
      const message = `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`
      throw new StripeRefusal(400, { message, param: 'amount' })
    }
    if (charge.disputed) {
      const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`
      throw new StripeRefusal(400, { code: 'charge_disputed', message })
    }
    const refund = newRefund(charge, amount, given)
    this.#kept.refunds[refund.id] = refund
    const before = { amount_refunded: charge.amount_refunded, refunded: charge.refunded }
    charge.amount_refunded += amount
    charge.refunded = charge.amount_refunded === charge.amount_captured
    void this.#events.emit('refund.created', refund)
    void this.#events.emit('charge.refunded', charge, before)
    return refund
  }

  /** The bank of the payer did not take it: the money is back with the merchant. */
  failRefund(refundId: string): void {
    const refund = kept(this.#kept.refunds, refundId, 'refund')
    if (refund.status === 'failed') throw new StripeRefusal(400, { message: `${refundId} has failed already` })
    const before = { status: refund.status }
    refund.status = 'failed'
    refund.failure_reason = 'expired_or_canceled_card'
    const charge = kept(this.#kept.charges, refund.charge as string, 'charge')
    charge.amount_refunded -= refund.amount
    charge.refunded = false
    void this.#events.emit('refund.failed', refund, before)
    void this.#events.emit('refund.updated', refund, before)
  }

  /** The payer contests a payment at the bank. */
  dispute(intentId: string): Stripe.Dispute {
    const charge = this.#chargeOf({ payment_intent: intentId })
    if (charge.disputed) throw new StripeRefusal(400, { message: `Charge ${charge.id} is disputed already` })
    const dispute = newDispute(charge)
    this.#kept.disputes[dispute.id] = dispute
    charge.disputed = true
    void this.#events.emit('charge.dispute.created', dispute)
    void this.#events.emit('charge.dispute.funds_withdrawn', dispute)
    return dispute
  }

  closeDispute(disputeId: string, status: 'won' | 'lost'): void {
    const dispute = kept(this.#kept.disputes, disputeId, 'dispute')
    const before = { status: dispute.status }
    dispute.status = status
    void this.#events.emit('charge.dispute.closed', dispute, before)
    if (status === 'won') void this.#events.emit('charge.dispute.funds_reinstated', dispute)
  }

  #begin(sum: Sum, owner: Owner, status: 'succeeded' | 'processing'): Stripe.PaymentIntent {
    const intent = newPaymentIntent(sum, owner, status)
    this.#kept.payment_intents[intent.id] = intent
    return intent
  }

  #charge(intent: Stripe.PaymentIntent): void {
    const charge = newCharge(intent)
    this.#kept.charges[charge.id] = charge
    const entry = newBalanceTransaction(charge)
    this.#kept.balance_transactions[entry.id] = entry
    intent.latest_charge = charge.id
    void this.#events.emit('charge.succeeded', charge)
    void this.#events.emit('payment_intent.succeeded', intent)
  }

  #chargeOf(given: { payment_intent?: string | undefined; charge?: string | undefined }): Stripe.Charge {
    if (given.charge !== undefined) return kept(this.#kept.charges, given.charge, 'charge', 'charge')
    if (given.payment_intent === undefined) {
      const message = 'One of the following params should be provided for this request: payment_intent or charge.'
      throw new StripeRefusal(400, { code: 'parameter_missing', message, param: 'payment_intent' })
    }
    const intent = kept(this.#kept.payment_intents, given.payment_intent, 'payment_intent', 'payment_intent')
    if (intent.latest_charge !== null) return kept(this.#kept.charges, intent.latest_charge as string, 'charge')
    const message = `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`
    throw new StripeRefusal(400, { message, param: 'payment_intent' })
  }
}

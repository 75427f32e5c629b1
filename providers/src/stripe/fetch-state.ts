import type { PaymentChange, ProviderObjectKind } from '@turnpike/contracts/payment-event.ts'
import type Stripe from 'stripe'
import { z } from 'zod'
import type { ProviderState } from '../provider.ts'
import { NotUnderstood, shaped, understoodChange } from '../understand.ts'
import { fromStripeAmount } from './amount.ts'
import { ask, askFor } from './call.ts'
import { checkoutSession, completedCheckout, failedCheckout } from './checkout-session.ts'
import { dispute, disputed } from './dispute.ts'
import { idOf, instantOf, seconds } from './ids.ts'
import { invoice, referenceOf, subscriptionOf } from './invoice.ts'
import { arrivedAt, paidIntent, receivedBy } from './payment-intent.ts'
import { refund, refunded } from './refund.ts'
import { stateOf, subscription } from './subscription.ts'

type Fetch = (client: Stripe, id: string) => Promise<ProviderState | undefined>

const fetches: Record<ProviderObjectKind, Fetch> = {
  checkout: fetchCheckout,
  payment: fetchPayment,
  invoice: fetchInvoice,
  refund: async (client, id) => {
    const found = await askFor(client.refunds.retrieve(id))
    return found && facts([() => refunded(shaped(refund, found))])
  },
  dispute: async (client, id) => {
    const found = await askFor(client.disputes.retrieve(id))
    return found && facts([() => disputed(shaped(dispute, found))])
  },
  subscription: async (client, id) => {
    const found = await askFor(client.subscriptions.retrieve(id))
    return found && subscriptionState(found)
  },
}

/** The thing as Stripe knows it now. A shape we do not know is a fact that is `not_understood`. */
export function fetchState(client: Stripe, kind: ProviderObjectKind, id: string): Promise<ProviderState | undefined> {
  return fetches[kind](client, id)
}

function facts(reads: (() => PaymentChange)[]): ProviderState {
  return { kind: 'facts', changes: reads.map(understoodChange) }
}

function subscriptionState(found: unknown): ProviderState {
  try {
    return stateOf(shaped(subscription, found))
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    return facts([
      () => {
        throw error
      },
    ])
  }
}

const fetchedSession = checkoutSession.extend({
  status: z.enum(['open', 'complete', 'expired']),
  payment_intent: paidIntent.nullable(),
  subscription: z.unknown(),
})

async function fetchCheckout(client: Stripe, id: string): Promise<ProviderState | undefined> {
  const expand = ['payment_intent.latest_charge.balance_transaction', 'subscription']
  const found = await askFor(client.checkout.sessions.retrieve(id, { expand }))
  if (found === undefined) return undefined
  if (found.status === 'open') return facts([])
  if (found.mode === 'subscription' && found.subscription !== null && found.status === 'complete')
    return subscriptionState(found.subscription)
  return facts([() => endedCheckout(shaped(fetchedSession, found))])
}

/** A delayed payment that failed leaves the checkout complete and unpaid: its payment intent tells it from one that is still on its way. */
function endedCheckout(found: z.infer<typeof fetchedSession>): PaymentChange {
  const intent = found.payment_intent
  const session = { ...found, payment_intent: intent?.id ?? null, subscription: null }
  const isDeclined = intent?.status === 'requires_payment_method' || intent?.status === 'canceled'
  if (session.status === 'expired' || (session.payment_status === 'unpaid' && isDeclined))
    return failedCheckout(session)
  return completedCheckout(session, intent === null ? null : arrivedAt(intent))
}

/** A payment, by its payment intent or by a charge of it, with its refunds. Disputes are things of their own, which change. */
async function fetchPayment(client: Stripe, id: string): Promise<ProviderState | undefined> {
  const intentId = id.startsWith('pi_') ? id : await intentOf(client, id)
  if (intentId === undefined) return undefined
  const expand = ['latest_charge.balance_transaction']
  const found = await askFor(client.paymentIntents.retrieve(intentId, { expand }))
  if (found === undefined) return undefined
  const ofPayment = { payment_intent: intentId, limit: 100 }
  const refunds = await ask(client.refunds.list(ofPayment).autoPagingToArray({ limit: 1000 }))
  const paysInvoice = found.metadata.quoteId === undefined ? await invoicePaidBy(client, intentId) : undefined
  return facts([
    ...(found.status === 'succeeded' ? [() => succeeded(found, paysInvoice)] : []),
    ...refunds.map((one) => () => refunded(shaped(refund, one))),
  ])
}

async function intentOf(client: Stripe, chargeId: string): Promise<string | undefined> {
  const charge = await askFor(client.charges.retrieve(chargeId))
  return charge?.payment_intent ? idOf.parse(charge.payment_intent) : undefined
}

/** `paysInvoice`: undefined where it pays none. */
function succeeded(found: unknown, paysInvoice: unknown): PaymentChange {
  const intent = shaped(paidIntent, found)
  const capturedAt = arrivedAt(intent)
  if (capturedAt === null) throw new NotUnderstood('latest_charge: a payment that succeeded has one')
  const ofQuote = { reference: intent.metadata.quoteId ?? null, subscriptionObjectId: null }
  return receivedBy(intent, paysInvoice === undefined ? ofQuote : periodOf(paysInvoice), capturedAt)
}

/** The invoice that a payment intent pays, if any. */
async function invoicePaidBy(client: Stripe, intentId: string): Promise<unknown> {
  const payment = { type: 'payment_intent', payment_intent: intentId }
  const { data } = await ask(client.invoicePayments.list({ payment, expand: ['data.invoice'], limit: 1 }))
  return data[0]?.invoice
}

/** The period of a subscription that an invoice is of. */
function periodOf(found: unknown): { reference: string | null; subscriptionObjectId: string | null } {
  const of = shaped(invoice, found)
  return { reference: referenceOf(of), subscriptionObjectId: subscriptionOf(of) }
}

const invoicePayment = z.object({
  payment: z.object({ type: z.string(), payment_intent: idOf.nullish() }),
  amount_paid: z.int().positive(),
  currency: z.string(),
  status_transitions: z.object({ paid_at: seconds }),
})

async function fetchInvoice(client: Stripe, id: string): Promise<ProviderState | undefined> {
  const found = await askFor(client.invoices.retrieve(id))
  if (found === undefined) return undefined
  const paid = { invoice: id, status: 'paid', limit: 100 }
  const payments = await ask(client.invoicePayments.list(paid).autoPagingToArray({ limit: 1000 }))
  return facts(payments.map((payment) => () => paidPeriod(shaped(invoicePayment, payment), found)))
}

/** A payment of an invoice. Money that Stripe only heard of (`payment_record`) is none that we can refund or dispute. */
function paidPeriod({ payment, ...paid }: z.infer<typeof invoicePayment>, found: unknown): PaymentChange {
  if (!payment.payment_intent) throw new NotUnderstood('payment.payment_intent: a payment of ours has one')
  const currency = paid.currency.toUpperCase()
  return {
    kind: 'payment_captured',
    factId: payment.payment_intent,
    ...periodOf(found),
    amountMinor: fromStripeAmount(paid.amount_paid, currency),
    currency,
    capturedAt: instantOf(paid.status_transitions.paid_at),
  }
}

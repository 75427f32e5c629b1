import type { PaymentChange, ProviderObjectKind } from '@turnpike/contracts/payment-event.ts'
import { ProviderRefused } from '../errors.ts'
import type { ProviderState } from '../provider.ts'
import { NotUnderstood, shaped, understoodChange } from '../understand.ts'
import { capture, captured } from './capture.ts'
import { type PaypalClient, unlessMissing } from './client.ts'
import { dispute, disputed } from './dispute.ts'
import { isClosed, type Order, order, orderCaptures, orderFailed } from './order.ts'
import { refund, refunded, saleOf, saleRefunded, v1Refund } from './refund.ts'
import { sale, sold } from './sale.ts'
import { stateOf, subscription } from './subscription.ts'

type Fetch = (call: PaypalClient, id: string) => Promise<ProviderState | undefined>

const fetches: Record<ProviderObjectKind, Fetch> = {
  checkout: (call, id) => (id.startsWith('I-') ? fetchSubscription(call, id) : fetchOrder(call, id)),
  payment: fetchPayment,
  // PayPal's subscriptions are paid by sales, which are payments.
  invoice: async () => undefined,
  refund: fetchRefund,
  dispute: async (call, id) => {
    const found = await unlessMissing(call('GET', `/v1/customer/disputes/${encodeURIComponent(id)}`))
    return found === undefined ? undefined : facts(() => [disputed(shaped(dispute, found))])
  },
  subscription: fetchSubscription,
}

/** The thing as PayPal knows it now. The money of an order that the driver has approved is taken by this. */
export function fetchState(
  call: PaypalClient,
  kind: ProviderObjectKind,
  id: string,
): Promise<ProviderState | undefined> {
  return fetches[kind](call, id)
}

/** A shape we do not know is one fact that is `not_understood`. */
function facts(read: () => PaymentChange[]): ProviderState {
  try {
    return { kind: 'facts', changes: read() }
  } catch (error) {
    const change = understoodChange(() => {
      throw error
    })
    return { kind: 'facts', changes: [change] }
  }
}

async function fetchOrder(call: PaypalClient, id: string): Promise<ProviderState | undefined> {
  const found = await unlessMissing(call('GET', `/v2/checkout/orders/${encodeURIComponent(id)}`))
  if (found === undefined) return undefined
  const isReady = order.safeParse(found)
  if (!isReady.success || isReady.data.status !== 'APPROVED' || isClosed(isReady.data))
    return facts(() => orderFacts(shaped(order, found)))
  return takeMoney(call, isReady.data)
}

/** PayPal's words for: no money moves by this order. An invoice is paid once, so the second order for a quote ends here too. */
const declines = new Set([
  'DUPLICATE_INVOICE_ID',
  'INSTRUMENT_DECLINED',
  'PAYER_CANNOT_PAY',
  'PAYER_ACCOUNT_RESTRICTED',
  'PAYER_ACCOUNT_LOCKED_OR_CLOSED',
  'TRANSACTION_REFUSED',
  'REDIRECT_PAYER_FOR_ALTERNATE_FUNDING',
  'MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED',
])

/** A repeat of a capture is answered like the first while PayPal keeps its id, and by "captured already" after that. */
async function takeMoney(call: PaypalClient, approved: Order): Promise<ProviderState> {
  const path = `/v2/checkout/orders/${encodeURIComponent(approved.id)}`
  try {
    const taken = await call('POST', `${path}/capture`, { body: {}, requestId: `capture-${approved.id}` })
    return facts(() => orderFacts(shaped(order, taken)))
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    if (error.code === 'ORDER_ALREADY_CAPTURED') {
      const found = await call('GET', path)
      return facts(() => orderFacts(shaped(order, found)))
    }
    if (!declines.has(error.code)) throw error
    return facts(() => [orderFailed(approved)])
  }
}

function orderFacts(found: Order): PaymentChange[] {
  switch (found.status) {
    case 'COMPLETED':
      if (orderCaptures(found).length === 0) throw new NotUnderstood('payments: a completed order has a capture')
      return orderCaptures(found)
    case 'VOIDED':
      return [orderFailed(found)]
    default:
      return isClosed(found) ? [orderFailed(found)] : orderCaptures(found)
  }
}

async function fetchPayment(call: PaypalClient, id: string): Promise<ProviderState | undefined> {
  const found = await unlessMissing(call('GET', `/v2/payments/captures/${encodeURIComponent(id)}`))
  if (found !== undefined) return facts(() => [captured(shaped(capture, found))])
  const foundSale = await unlessMissing(call('GET', `/v1/payments/sale/${encodeURIComponent(id)}`))
  return foundSale === undefined ? undefined : facts(() => [sold(shaped(sale, foundSale))])
}

async function fetchRefund(call: PaypalClient, id: string): Promise<ProviderState | undefined> {
  const found = await unlessMissing(call('GET', `/v2/payments/refunds/${encodeURIComponent(id)}`))
  if (found !== undefined) return facts(() => [refunded(shaped(refund, found))])
  const ofSale = await unlessMissing(call('GET', `/v1/payments/refund/${encodeURIComponent(id)}`))
  return ofSale === undefined ? undefined : facts(() => [namedSaleRefund(ofSale)])
}

/** Asked for, a refund has to name its sale: otherwise it would be asked for again, for ever. */
function namedSaleRefund(found: unknown): PaymentChange {
  const read = shaped(v1Refund, found)
  if (saleOf(read) === undefined) throw new NotUnderstood('sale_id: a refund is of a sale')
  return saleRefunded(read)
}

async function fetchSubscription(call: PaypalClient, id: string): Promise<ProviderState | undefined> {
  const path = `/v1/billing/subscriptions/${encodeURIComponent(id)}`
  const found = await unlessMissing(call('GET', path, { query: { fields: 'plan' } }))
  if (found === undefined) return undefined
  try {
    return stateOf(shaped(subscription, found))
  } catch (error) {
    return facts(() => {
      throw error
    })
  }
}

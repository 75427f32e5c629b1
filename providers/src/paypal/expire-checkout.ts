import { ProviderRefused, ProviderUnavailable } from '../errors.ts'
import { type PaypalClient, unlessMissing } from './client.ts'
import { closedReference, isClosed, type Order, order, referencePath } from './order.ts'

/**
 * Closes an order: PayPal cannot, but it moves no money until we take it, so a mark on the order says that we will not
 * (https://developer.paypal.com/docs/api/orders/v2/#orders_patch). A subscription that nobody has approved cannot be closed.
 */
export async function expireCheckout(call: PaypalClient, id: string): Promise<boolean> {
  if (id.startsWith('I-')) return false
  const path = `/v2/checkout/orders/${encodeURIComponent(id)}`
  const found = await orderAt(call, path)
  if (found === undefined || found.status === 'VOIDED' || isClosed(found)) return true
  if (found.status === 'COMPLETED') return false
  const mark = { op: 'replace', path: referencePath(found), value: closedReference(found) }
  try {
    await call('PATCH', path, { body: [mark] })
    return true
  } catch (error) {
    if (error instanceof ProviderRefused) return false
    throw error
  }
}

async function orderAt(call: PaypalClient, path: string): Promise<Order | undefined> {
  const found = await unlessMissing(call('GET', path))
  if (found === undefined) return undefined
  const read = order.safeParse(found)
  if (!read.success) throw new ProviderUnavailable('PayPal answered in a shape that we do not know')
  return read.data
}

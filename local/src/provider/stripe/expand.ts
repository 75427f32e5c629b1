import { readForm } from './form-body.ts'
import type { StripeKept } from './stripe-kept.ts'

type Json = Record<string, unknown>

/**
 * Puts objects in the place of their ids, as `expand[]=payment_intent.latest_charge` asks (https://docs.stripe.com/api/expanding_objects).
 * An invoice's payments are no field at all until they are asked for.
 */
export function expanded(answer: object, parameters: string, kept: StripeKept): object {
  const { expand } = readForm(parameters)
  if (!Array.isArray(expand)) return answer
  const copy = structuredClone(answer) as Json
  for (const path of expand) if (typeof path === 'string') put(copy, path.split('.'), kept)
  return copy
}

function put(at: unknown, [name, ...rest]: string[], kept: StripeKept): void {
  if (name === undefined || at === null || typeof at !== 'object') return
  if (Array.isArray(at)) {
    for (const one of at) put(one, [name, ...rest], kept)
    return
  }
  const object = at as Json
  if (name === 'payments' && object.object === 'invoice') object.payments = paymentsOf(String(object.id), kept)
  const value = object[name]
  if (typeof value === 'string') object[name] = structuredClone(find(value, kept)) ?? value
  put(object[name], rest, kept)
}

function paymentsOf(invoiceId: string, kept: StripeKept): object {
  const data = Object.values(kept.invoice_payments).filter(({ invoice }) => invoice === invoiceId)
  return {
    object: 'list',
    data: structuredClone(data),
    has_more: false,
    url: `/v1/invoice_payments?invoice=${invoiceId}`,
  }
}

function find(id: string, kept: StripeKept): object | undefined {
  const { payment_intents, charges, balance_transactions, refunds, disputes, customers, subscriptions, invoices } = kept
  return [payment_intents, charges, balance_transactions, refunds, disputes, customers, subscriptions, invoices]
    .map((collection) => collection[id])
    .find((found) => found !== undefined)
}

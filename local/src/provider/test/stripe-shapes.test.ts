import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { click, control, startMerchant, stripeAt } from './merchant.ts'

/*
 * What the stand-in answers beside what Stripe publishes: https://github.com/stripe/openapi, fixtures3, which is no part of this repository.
 */
const file = join(import.meta.dirname, '../../../../../shared/fixtures/stripe/objects-current-shape.json')

/** Not in every answer: deprecated, or only when asked for. */
const optional = new Set(['refunds', 'subscription_items', 'idempotency_key', 'subscription', 'source'])

let merchant: Awaited<ReturnType<typeof startMerchant>>
let stripe: Stripe
beforeAll(async () => {
  merchant = await startMerchant()
  stripe = stripeAt(merchant.provider.url)
})
afterAll(() => merchant.stop())

const product = { product_data: { name: 'Parking' }, currency: 'eur', unit_amount: 450 }
const pages = { success_url: 'https://park.example/done' }

describe.runIf(existsSync(file))('an object has the fields of a genuine one, of the same types', () => {
  const made: Record<string, () => Promise<object>> = {
    'checkout.session': () => paidSession(),
    payment_intent: async () => stripe.paymentIntents.retrieve((await paidSession()).payment_intent as string),
    charge: async () => (await stripe.charges.list({ limit: 1 })).data[0]!,
    balance_transaction: async () => {
      const expand = ['data.balance_transaction']
      return (await stripe.charges.list({ limit: 1, expand })).data[0]!.balance_transaction as Stripe.BalanceTransaction
    },
    refund: async () => stripe.refunds.create({ payment_intent: (await paidSession()).payment_intent as string }),
    dispute: async () => {
      await control(merchant.provider.url, 'stripe/dispute', { payment_intent: (await paidSession()).payment_intent })
      return (await stripe.disputes.list()).data[0]!
    },
    subscription: async () => stripe.subscriptions.retrieve((await subscribedSession()).subscription as string),
    customer: async () => stripe.customers.retrieve((await subscribedSession()).customer as string),
    invoice: async () => stripe.invoices.retrieve((await subscribedSession()).invoice as string),
    invoice_payment: async () => {
      const invoice = (await subscribedSession()).invoice as string
      return (await stripe.invoicePayments.list({ invoice })).data[0]!
    },
    'billing_portal.session': async () =>
      stripe.billingPortal.sessions.create({ customer: (await subscribedSession()).customer as string }),
    event: async () => (await stripe.events.list({ limit: 1 })).data[0]!,
  }
  test.each(Object.keys(made))('%s', async (kind) => {
    const genuine = JSON.parse(readFileSync(file, 'utf8')).resources[kind]
    expect(differences(genuine, await made[kind]!(), kind)).toEqual([])
  })
})

async function paidSession(): Promise<Stripe.Checkout.Session> {
  const line = { quantity: 1, price_data: product }
  const { id, url } = await stripe.checkout.sessions.create({ mode: 'payment', line_items: [line], ...pages })
  await click(url!, 'pay')
  return stripe.checkout.sessions.retrieve(id)
}

async function subscribedSession(): Promise<Stripe.Checkout.Session> {
  const line = { quantity: 1, price_data: { ...product, recurring: { interval: 'month' as const } } }
  const { id, url } = await stripe.checkout.sessions.create({ mode: 'subscription', line_items: [line], ...pages })
  await click(url!, 'pay')
  return stripe.checkout.sessions.retrieve(id)
}

/** Missing fields, and values of another kind; where either side has null or an empty list there is nothing to compare. */
function differences(genuine: unknown, ours: unknown, path: string): string[] {
  if (genuine === null || ours === null || ours === undefined) return []
  if (path.endsWith('_decimal')) return [] // the library makes a number of its own of them
  if (Array.isArray(genuine) !== Array.isArray(ours) || typeof genuine !== typeof ours) {
    return [`${path}: ${typeof ours} where ${typeof genuine} is expected`]
  }
  if (Array.isArray(genuine)) {
    return genuine.length > 0 && (ours as unknown[]).length > 0
      ? differences(genuine[0], (ours as unknown[])[0], `${path}[0]`)
      : []
  }
  if (typeof genuine !== 'object') return []
  const free =
    /\.(metadata|data\.object|evidence|payment_method_details|billing_details|outcome|billing_mode|pricing)$/.test(path)
  return Object.entries(genuine).flatMap(([name, value]) => {
    if (!(name in (ours as object))) return optional.has(name) || free ? [] : [`${path}.${name} is missing`]
    return differences(value, (ours as Record<string, unknown>)[name], `${path}.${name}`)
  })
}

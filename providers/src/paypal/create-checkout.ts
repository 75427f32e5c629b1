import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ProviderRefused, ProviderUnavailable } from '../errors.ts'
import type { Checkout, CheckoutRequest, SubscriptionCheckoutRequest } from '../provider.ts'
import { toPaypalMoney } from './amount.ts'
import type { PaypalClient } from './client.ts'
import { links } from './resource.ts'

/** PayPal's longest description and name. */
const longestText = 127

/**
 * Begins an order (https://developer.paypal.com/docs/api/orders/v2/#orders_create). The quote id is all that PayPal learns of the stay. As
 * invoice id it is a second guard: PayPal takes the money of one invoice once. An order cannot be given an end.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function createCheckout(call: PaypalClient, request: CheckoutRequest): Promise<Checkout> {
  const body = {
    intent: 'CAPTURE',
    purchase_units: [
      {
        reference_id: 'default',
        custom_id: request.quoteId,
        invoice_id: request.quoteId,
        description: shortened(request.description),
        amount: toPaypalMoney(request.amountMinor, request.currency),
      },
    ],
    payment_source: {
      paypal: {
        experience_context: {
          user_action: 'PAY_NOW',
          shipping_preference: 'NO_SHIPPING',
          return_url: request.successUrl,
          cancel_url: request.cancelUrl,
        },
      },
    },
  }
  return pageOf(await call('POST', '/v2/checkout/orders', { body, requestId: request.idempotencyKey }))
}

/** PayPal's own id of what all our plans are of; made at the first of them. */
const product = { id: 'TURNPIKE-PARKING', name: 'Parking', type: 'SERVICE' }

/**
 * Begins a subscription (https://developer.paypal.com/docs/api/subscriptions/v1/#subscriptions_create), with a plan of the same terms.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function createSubscriptionCheckout(
  call: PaypalClient,
  request: SubscriptionCheckoutRequest,
): Promise<Checkout> {
  await makeProduct(call)
  const body = {
    plan_id: await makePlan(call, request),
    custom_id: request.subscriptionId,
    subscriber: { email_address: request.email },
    application_context: {
      user_action: 'SUBSCRIBE_NOW',
      shipping_preference: 'NO_SHIPPING',
      return_url: request.successUrl,
      cancel_url: request.cancelUrl,
    },
  }
  return pageOf(await call('POST', '/v1/billing/subscriptions', { body, requestId: request.idempotencyKey }))
}

async function makeProduct(call: PaypalClient): Promise<void> {
  try {
    await call('POST', '/v1/catalogs/products', { body: product, requestId: product.id })
  } catch (error) {
    if (!(error instanceof ProviderRefused) || error.code !== 'DUPLICATE_RESOURCE_IDENTIFIER') throw error
  }
}

/** The same terms within the life of a request id make one plan; later ones another, which costs nothing. */
async function makePlan(call: PaypalClient, request: SubscriptionCheckoutRequest): Promise<string> {
  const body = planOf(request)
  const terms = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)
  const made = await call('POST', '/v1/billing/plans', { body, requestId: `plan-${terms}` })
  return expected(z.object({ id: z.string() }), made).id
}

function planOf({ description, amountMinor, currency, period, trialDays }: SubscriptionCheckoutRequest) {
  const frequency = { interval_unit: period.unit.toUpperCase(), interval_count: period.every }
  const regular = {
    tenure_type: 'REGULAR',
    frequency,
    total_cycles: 0,
    pricing_scheme: { fixed_price: toPaypalMoney(amountMinor, currency) },
  }
  const trial = {
    tenure_type: 'TRIAL',
    frequency: { interval_unit: 'DAY', interval_count: trialDays },
    total_cycles: 1,
  }
  const cycles = trialDays > 0 ? [trial, regular] : [regular]
  return {
    product_id: product.id,
    name: shortened(description),
    billing_cycles: cycles.map((cycle, index) => ({ ...cycle, sequence: index + 1 })),
    // Without a threshold a subscription that nobody pays for stays active.
    payment_preferences: { auto_bill_outstanding: true, payment_failure_threshold: 2 },
  }
}

const begun = z.object({ id: z.string(), links })

/** Where the driver says yes. */
function pageOf(answer: unknown): Checkout {
  const { id, links } = expected(begun, answer)
  const page = links.find(({ rel }) => rel === 'payer-action') ?? links.find(({ rel }) => rel === 'approve')
  if (page === undefined) throw new ProviderUnavailable(`PayPal gave checkout ${id} no page`)
  return { redirectUrl: page.href, providerObjectId: id }
}

function expected<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer)
  if (!parsed.success) throw new ProviderUnavailable('PayPal answered in a shape that we do not know')
  return parsed.data
}

function shortened(text: string): string {
  return [...text].slice(0, longestText).join('')
}

import { z } from 'zod'
import { checkAmount } from './amounts.ts'
import { newId, nowText, type PaypalKept, type Plan } from './paypal-kept.ts'
import { notPossible } from './paypal-refusal.ts'
import { amount, readJson } from './read-json.ts'

const productRequest = z.strictObject({
  id: z.string().min(6).max(50).optional(),
  name: z.string().min(1).max(127),
  description: z.string().min(1).max(256).optional(),
  type: z.enum(['PHYSICAL', 'DIGITAL', 'SERVICE']).default('SERVICE'),
  category: z.string().optional(),
})

const cycle = z.strictObject({
  tenure_type: z.enum(['REGULAR', 'TRIAL']),
  sequence: z.int().min(1).max(99),
  total_cycles: z.int().min(0).max(999).default(1),
  frequency: z.strictObject({
    interval_unit: z.enum(['DAY', 'WEEK', 'MONTH', 'YEAR']),
    interval_count: z.int().min(1).max(365).default(1),
  }),
  pricing_scheme: z.strictObject({ fixed_price: amount }).optional(),
})
const planRequest = z.strictObject({
  product_id: z.string().min(6).max(50),
  name: z.string().min(1).max(127),
  description: z.string().min(1).max(127).optional(),
  status: z.enum(['CREATED', 'ACTIVE']).default('ACTIVE'),
  quantity_supported: z.boolean().default(false),
  billing_cycles: z.array(cycle).min(1).max(12),
  payment_preferences: z.record(z.string(), z.unknown()),
  taxes: z.strictObject({ percentage: z.string(), inclusive: z.boolean().optional() }).optional(),
})

/** Catalog products and billing plans: what a subscription is made from. */
export class Plans {
  readonly #url: string
  readonly #kept: PaypalKept

  constructor(publicUrl: string, keptThings: PaypalKept) {
    this.#url = publicUrl
    this.#kept = keptThings
  }

  createProduct(body: string): object {
    const { id = newId('PROD-'), ...given } = readJson(productRequest, body)
    if (this.#kept.products[id] !== undefined)
      throw notPossible('DUPLICATE_RESOURCE_IDENTIFIER', 'Duplicate resource identifier.')
    const now = nowText()
    const links = [{ href: `${this.#url}/v1/catalogs/products/${id}`, rel: 'self', method: 'GET' }]
    const product = { id, ...given, create_time: now, update_time: now, links }
    this.#kept.products[id] = product
    return product
  }

  createPlan(body: string): Plan {
    const given = readJson(planRequest, body)
    if (this.#kept.products[given.product_id] === undefined)
      throw notPossible('INVALID_RESOURCE_ID', 'Requested resource ID was not found.')
    for (const { pricing_scheme, tenure_type } of given.billing_cycles) {
      if (pricing_scheme === undefined && tenure_type === 'REGULAR')
        throw notPossible('MISSING_PRICING_SCHEME', 'A regular billing cycle needs a pricing scheme.')
      if (pricing_scheme !== undefined && Number(pricing_scheme.fixed_price.value) !== 0)
        checkAmount(pricing_scheme.fixed_price)
    }
    const id = newId('P-')
    const now = nowText()
    const plan: Plan = {
      id,
      ...given,
      usage_type: 'LICENSED',
      create_time: now,
      update_time: now,
      links: [
        { href: `${this.#url}/v1/billing/plans/${id}`, rel: 'self', method: 'GET' },
        { href: `${this.#url}/v1/billing/plans/${id}`, rel: 'edit', method: 'PATCH' },
      ],
    }
    this.#kept.plans[id] = plan
    return plan
  }
}

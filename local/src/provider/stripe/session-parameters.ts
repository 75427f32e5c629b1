import { z } from 'zod'
import { expand, flag, integer, metadata, readParameters, text, url } from './parameters.ts'

const lineItem = z.strictObject({
  quantity: integer.pipe(z.int().positive()),
  price_data: z.strictObject({
    currency: z
      .string()
      .regex(/^[a-z]{3}$/i, 'Invalid currency')
      .transform((code) => code.toLowerCase()),
    unit_amount: integer.pipe(z.int().nonnegative('Invalid non-negative integer')),
    product_data: z.strictObject({ name: text, description: text.optional(), metadata: metadata.optional() }),
    recurring: z
      .strictObject({
        interval: z.enum(['day', 'week', 'month', 'year']),
        interval_count: integer.pipe(z.int().min(1).max(36)).optional(),
      })
      .optional(),
    tax_behavior: z.enum(['inclusive', 'exclusive', 'unspecified']).optional(),
  }),
})

const shared = {
  line_items: z.array(lineItem).min(1).max(100),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: z.string().min(1).max(200).optional(),
  metadata: metadata.optional(),
  adaptive_pricing: z.strictObject({ enabled: flag }).optional(),
  payment_method_types: z.array(z.enum(['card', 'sepa_debit'])).optional(),
  customer: text.optional(),
  customer_email: z.email().optional(),
  expires_at: integer.optional(),
  locale: z.string().optional(),
  expand,
}

const sessionParameters = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('payment'),
    ...shared,
    customer_creation: z.enum(['always', 'if_required']).optional(),
    submit_type: z.enum(['auto', 'pay', 'book', 'donate']).optional(),
    payment_intent_data: z.strictObject({ metadata: metadata.optional(), description: text.optional() }).optional(),
  }),
  z.strictObject({
    mode: z.literal('subscription'),
    ...shared,
    payment_method_collection: z.enum(['always', 'if_required']).optional(),
    subscription_data: z
      .strictObject({
        metadata: metadata.optional(),
        description: text.optional(),
        trial_period_days: integer.pipe(z.int().min(1).max(730)).optional(),
        trial_end: integer.optional(),
        billing_cycle_anchor: integer.optional(),
        billing_mode: z.strictObject({ type: z.enum(['classic', 'flexible']) }).optional(),
      })
      .optional(),
  }),
])
export type SessionParameters = z.infer<typeof sessionParameters>

/**
 * Reads what a client posts to begin a checkout.
 * @throws StripeRefusal with Stripe's code and the parameter's name: unknown, missing or invalid
 */
export function readSessionParameters(body: string): SessionParameters {
  return readParameters(sessionParameters, body)
}

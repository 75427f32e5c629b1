import { z } from 'zod'

/**
 * The fields of Stripe's `checkout.session` that carry money, in an event. They are the same from API version 2020-03-02 to
 * 2026-10-28.endive; unknown fields are left alone. https://docs.stripe.com/api/checkout/sessions/object
 */
export const checkoutSession = z.object({
  id: z.string(),
  object: z.literal('checkout.session'),
  mode: z.string(),
  payment_status: z.enum(['paid', 'unpaid', 'no_payment_required']),
  payment_intent: z
    .union([z.string(), z.object({ id: z.string() }).transform((intent) => intent.id)])
    .nullable()
    .describe('an id, or the object when it was expanded'),
  client_reference_id: z.string().nullable(),
  amount_total: z.int().nullable(),
  currency: z.string().nullable(),
})
export type CheckoutSession = z.infer<typeof checkoutSession>

/** A snapshot event about a checkout session. `created` is in seconds. */
export const checkoutSessionEvent = z.object({
  created: z.int().positive().max(253_402_300_799),
  data: z.object({ object: checkoutSession }),
})

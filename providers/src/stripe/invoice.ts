import { z } from 'zod'
import { NotUnderstood } from '../understand.ts'
import { idOf } from './ids.ts'

/**
 * An invoice names its subscription in `subscription` until API version 2025-03-31, in `parent` from then on, and neither names the
 * payment intent reliably: the payments of an invoice are things of their own (https://docs.stripe.com/changelog/basil).
 */
export const invoice = z.object({
  id: z.string(),
  object: z.literal('invoice'),
  subscription: idOf.nullish(),
  parent: z
    .object({
      subscription_details: z
        .object({ subscription: idOf, metadata: z.record(z.string(), z.string()).nullish() })
        .nullish(),
    })
    .nullish(),
})
export type Invoice = z.infer<typeof invoice>

/** The subscription that an invoice is of, or null when it is of none. @throws NotUnderstood when it does not say */
export function subscriptionOf(invoice: Invoice): string | null {
  if (invoice.parent === undefined && invoice.subscription === undefined)
    throw new NotUnderstood('parent: an invoice says what it is of')
  return invoice.parent?.subscription_details?.subscription ?? invoice.subscription ?? null
}

/** Our subscription, as Stripe copies it from the subscription into its invoices. */
export function referenceOf(invoice: Invoice): string | null {
  return invoice.parent?.subscription_details?.metadata?.subscriptionId ?? null
}

import type { Faults } from '../faults.ts'
import { InProgress } from '../in-progress.ts'
import { Webhooks } from '../webhooks.ts'
import { Checkouts } from './checkouts.ts'
import { StripeEvents, stripeEndpoint } from './events.ts'
import { Payments } from './payments.ts'
import { StripeApi } from './stripe-api.ts'
import type { StripeKept } from './stripe-kept.ts'
import { inProgress } from './stripe-refusal.ts'
import { Subscriptions } from './subscriptions.ts'

export type StripeOptions = { webhookUrl: string; webhookSecret: string; log?: ((line: string) => void) | undefined }

/** The parts of the Stripe stand-in, put together. */
export function openStripe(publicUrl: string, kept: StripeKept, faults: Faults, options: StripeOptions) {
  const webhooks = new Webhooks(stripeEndpoint(options.webhookUrl, options.webhookSecret), faults, options.log)
  const events = new StripeEvents(kept, webhooks)
  const payments = new Payments(kept, events)
  const subscriptions = new Subscriptions(kept, events, payments)
  const checkouts = new Checkouts(publicUrl, kept, events, payments, subscriptions)
  const api = new StripeApi(publicUrl, kept, { checkouts, payments, subscriptions, events })
  return {
    kept,
    faults,
    inProgress: new InProgress(inProgress()),
    webhooks,
    events,
    payments,
    subscriptions,
    checkouts,
    api,
  }
}
export type StripeSide = ReturnType<typeof openStripe>

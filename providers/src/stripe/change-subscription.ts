import type Stripe from 'stripe'
import { ProviderRefused } from '../errors.ts'
import type { SubscriptionAction } from '../provider.ts'
import { ask } from './call.ts'
import { idOf } from './ids.ts'

type Act = (client: Stripe, id: string, idempotencyKey: string) => Promise<unknown>

/**
 * A pause of ours is `pause_collection`: the invoices of the meantime are void. Stripe has a second kind, status `paused` (a trial
 * without a card, or paused on demand, https://docs.stripe.com/billing/subscriptions/pause): `resume` ends either.
 */
const acts: Record<SubscriptionAction, Act> = {
  cancel_now: cancelNow,
  cancel_at_period_end: (client, id, idempotencyKey) =>
    ask(client.subscriptions.update(id, { cancel_at_period_end: true }, { idempotencyKey })),
  keep: (client, id, idempotencyKey) =>
    ask(client.subscriptions.update(id, { cancel_at_period_end: false }, { idempotencyKey })),
  pause: (client, id, idempotencyKey) =>
    ask(client.subscriptions.update(id, { pause_collection: { behavior: 'void' } }, { idempotencyKey })),
  resume,
}

/** @throws ProviderUnavailable, or ProviderRefused, e.g. for one that has ended */
export async function changeSubscription(
  client: Stripe,
  id: string,
  action: SubscriptionAction,
  idempotencyKey: string,
): Promise<void> {
  await acts[action](client, id, idempotencyKey)
}

/** Stripe knows no cancelled subscription when it is asked to cancel one: that it has ended is what was asked for. */
async function cancelNow(client: Stripe, id: string, idempotencyKey: string): Promise<void> {
  try {
    await ask(client.subscriptions.cancel(id, {}, { idempotencyKey }))
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    const { status } = await ask(client.subscriptions.retrieve(id))
    if (status !== 'canceled' && status !== 'incomplete_expired') throw error
  }
}

async function resume(client: Stripe, id: string, idempotencyKey: string): Promise<void> {
  const { status } = await ask(client.subscriptions.update(id, { pause_collection: '' }, { idempotencyKey }))
  if (status === 'paused')
    await ask(client.subscriptions.resume(id, {}, { idempotencyKey: `${idempotencyKey}-resume` }))
}

/** Where the holder changes the card and sees invoices; the page is the customer's. */
export async function createPortalLink(client: Stripe, subscriptionId: string, returnUrl: string): Promise<string> {
  const { customer } = await ask(client.subscriptions.retrieve(subscriptionId))
  const page = await ask(
    client.billingPortal.sessions.create({ customer: idOf.parse(customer), return_url: returnUrl }),
  )
  return page.url
}

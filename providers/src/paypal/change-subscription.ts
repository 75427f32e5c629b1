import { z } from 'zod'
import { ProviderRefused } from '../errors.ts'
import type { SubscriptionAction } from '../provider.ts'
import type { PaypalClient } from './client.ts'
import { endsNow } from './subscription.ts'

/** How PayPal calls it, with the note that it keeps, and the states in which it is done. */
const acts: Record<Exclude<SubscriptionAction, 'keep'>, { verb: string; reason: string; done: string[] }> = {
  cancel_now: { verb: 'cancel', reason: endsNow, done: ['CANCELLED', 'EXPIRED'] },
  cancel_at_period_end: { verb: 'cancel', reason: 'Ends with the paid period', done: ['CANCELLED', 'EXPIRED'] },
  pause: { verb: 'suspend', reason: 'Paused', done: ['SUSPENDED'] },
  resume: { verb: 'activate', reason: 'Resumed', done: ['ACTIVE'] },
}

/**
 * PayPal has no request id for this: an action that is refused because it was done already is done. What was cancelled is so for good.
 * @throws ProviderUnavailable or ProviderRefused
 */
export async function changeSubscription(call: PaypalClient, id: string, action: SubscriptionAction): Promise<void> {
  if (action === 'keep') throw new ProviderRefused('cancelled_for_good', 'PayPal takes no cancellation back')
  const { verb, reason, done } = acts[action]
  const path = `/v1/billing/subscriptions/${encodeURIComponent(id)}`
  try {
    await call('POST', `${path}/${verb}`, { body: { reason } })
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    const now = z.object({ status: z.string() }).safeParse(await call('GET', path)).data
    if (now === undefined || !done.includes(now.status)) throw error
  }
}

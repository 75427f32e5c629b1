import type { PaymentEvent, PaymentEventResult, ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { PaymentProvider } from '@turnpike/providers/provider.ts'
import { later } from '../domain/command-life.ts'
import { change, unchanged } from '../repositories/change.ts'
import { wantObject } from '../repositories/provider-objects.ts'
import { findCursor, moveCursor } from '../repositories/reconcile-cursors.ts'
import { listProvided } from '../repositories/subscriptions.ts'
import { applyEvent } from './apply-event.ts'
import type { AskDeps } from './ask-provider.ts'
import { type Applied, untilUndisturbed } from './payment-effect.ts'

/** What a run has put right: an event that had never come, or one that came and now has another effect. */
export type Mended = { provider: ProviderName; eventId: string; eventType: string; result: PaymentEventResult }

/** Providers keep what they would have told for 30 days. */
const furthestBackMs = 29 * 86_400_000
/** Looked at twice, since a provider may list an event later than its time says. */
const overlapMs = 10 * 60_000

/**
 * Takes in what providers say they told since the last run and we never heard, and asks for every subscription of theirs as it is
 * now. What we know already has no second effect. A provider that cannot be asked is asked from the same place next time.
 */
export async function reconcilePayments(
  deps: AskDeps,
  onMended: (mended: Mended) => void = () => {},
  onError: (error: unknown) => void = () => {},
): Promise<void> {
  for (const provider of Object.values(deps.providers)) await reconcile(deps, provider, onMended).catch(onError)
}

async function reconcile(deps: AskDeps, provider: PaymentProvider, onMended: (mended: Mended) => void) {
  const began = deps.now()
  const { db } = deps.database
  const name = provider.provider
  const since = (await findCursor(db, name)) ?? later(began, -furthestBackMs)
  for await (const event of provider.eventsSince(since)) {
    const result = await takeIn(deps, event)
    if (result !== 'duplicate') onMended({ provider: name, eventId: event.eventId, eventType: event.eventType, result })
  }
  const objectIds = await listProvided(db, name)
  await change(db, actorOf(name), began, async (tx) => {
    for (const objectId of objectIds)
      await wantObject(tx, { provider: name, kind: 'subscription', objectId }, null, began)
    return unchanged(await moveCursor(tx, name, later(began, -overlapMs)))
  })
}

async function takeIn(deps: AskDeps, event: PaymentEvent): Promise<PaymentEventResult> {
  const now = deps.now()
  const applied = await untilUndisturbed(() =>
    change<Applied>(deps.database.db, actorOf(event.provider), now, (tx) => applyEvent(deps, tx, event, now)),
  )
  return applied.receipt.result
}

const actorOf = (provider: ProviderName) => ({
  kind: 'provider' as const,
  id: `${provider} reconciled`,
  requestId: null,
})

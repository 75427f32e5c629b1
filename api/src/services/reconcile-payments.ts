import type { PaymentEvent, PaymentEventResult, ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { PaymentProvider } from '@turnpike/providers/provider.ts'
import { later } from '../domain/command-life.ts'
import { change } from '../repositories/change.ts'
import { findOldestNotUnderstood, listObjectsNotUnderstood } from '../repositories/not-understood.ts'
import { listMoneyBackUnderWay, wantObject } from '../repositories/provider-objects.ts'
import { findCursor, moveCursor } from '../repositories/reconcile-cursors.ts'
import { listProvided } from '../repositories/subscriptions.ts'
import { applyEvent } from './apply-event.ts'
import { lookAfterPurchases } from './apply-purchase-end.ts'
import type { AskDeps } from './ask-provider.ts'
import { type Applied, untilUndisturbed } from './payment-effect.ts'

/** What a run has put right: an event that had never come, or one that came and now has another effect. */
export type Mended = { provider: ProviderName; eventId: string; eventType: string; result: PaymentEventResult }

/** Providers keep what they would have told for 30 days. */
const furthestBackMs = 29 * 86_400_000
/** Looked at twice, since a provider may list an event later than its time says. */
const overlapMs = 10 * 60_000
/** Providers try for three days: what came may have happened so much earlier. */
const longestDeliveryMs = 4 * 86_400_000

/**
 * Takes in what providers say they told since the last run and we never heard, and asks for every subscription of theirs, and every
 * refund and dispute that is under way, as it is now. What we know already has no second effect. A provider that cannot be asked is
 * asked from the same place next time; so is one of which an event cannot be taken in, which keeps none of the others out.
 * `lookedBack`: the providers whose notifications that nobody understood this process has tried again. Once is enough, since
 * only other code understands more.
 */
export async function reconcilePayments(
  deps: AskDeps,
  onMended: (mended: Mended) => void = () => {},
  onError: (error: unknown) => void = () => {},
  lookedBack = new Set<ProviderName>(),
): Promise<void> {
  for (const provider of Object.values(deps.providers))
    await reconcile(deps, provider, onMended, lookedBack).catch(onError)
}

async function reconcile(
  deps: AskDeps,
  provider: PaymentProvider,
  onMended: (mended: Mended) => void,
  lookedBack: Set<ProviderName>,
) {
  const began = deps.now()
  const { db } = deps.database
  const name = provider.provider
  const again = lookedBack.has(name) ? undefined : await findOldestNotUnderstood(db, name)
  const since = sinceWhen(began, await findCursor(db, name), again)
  const failures: unknown[] = []
  for await (const event of provider.eventsSince(since)) {
    const { eventId, eventType } = event
    const result = await takeIn(deps, event).catch((error: unknown) => {
      failures.push(error)
      return undefined
    })
    if (result !== undefined && result !== 'duplicate') onMended({ provider: name, eventId, eventType, result })
  }
  const subscriptions = (await listProvided(db, name)).map((objectId) => ({
    provider: name,
    kind: 'subscription' as const,
    objectId,
  }))
  const underWay = await listMoneyBackUnderWay(db, name)
  const strange = lookedBack.has(name) ? [] : await listObjectsNotUnderstood(db, name)
  await change<void>(db, actorOf(name), began, async (tx) => {
    for (const object of [...subscriptions, ...underWay, ...strange]) await wantObject(tx, object, null, began)
    if (failures.length === 0) await moveCursor(tx, name, later(began, -overlapMs))
    const [first, ...rest] = await lookAfterPurchases(tx, name, began)
    return first === undefined
      ? { result: undefined, unchanged: true }
      : { result: undefined, audit: [first, ...rest], marks: [] }
  })
  if (failures.length > 0)
    throw new Error(`${failures.length} of its events could not be taken in`, { cause: failures[0] })
  lookedBack.add(name)
}

/** From the cursor on, and from before what nobody understood when it came. */
function sinceWhen(now: Date, cursor: Date | undefined, notUnderstood: Date | undefined): Date {
  const furthest = later(now, -furthestBackMs)
  const wanted = [cursor ?? furthest, ...(notUnderstood ? [later(notUnderstood, -longestDeliveryMs)] : [])]
  return new Date(Math.max(furthest.getTime(), Math.min(...wanted.map((each) => each.getTime()))))
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

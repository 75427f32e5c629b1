import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { isId } from '../domain/id.ts'
import type { Audit } from '../repositories/change.ts'
import { wantObject } from '../repositories/provider-objects.ts'
import {
  listUnpaidPurchases,
  lockSubscription,
  type SubscriptionRow,
  updateSubscription,
} from '../repositories/subscriptions.ts'

/*
 * Purchases that nobody pays. One that was given up has an end and stays `incomplete`: should its money come after all, it begins.
 */

const dayMs = 86_400_000
/** Stripe closes a checkout after a day. Nobody is told where that is not heard, so it is asked for from then on. */
const askedAfterMs = dayMs
/** PayPal closes none: who has not agreed by then has thought better of it. */
const givenUpAfterMs = 3 * dayMs

/** Ends the purchase of this subscription, unless it has begun or ended. `reference`: what a provider calls ours. */
export async function endPurchase(
  tx: Tx,
  provider: ProviderName,
  reference: string | null,
  now: Date,
): Promise<Audit | undefined> {
  const row = isId(reference) ? await lockSubscription(tx, reference) : undefined
  return row?.provider === provider && row.providerObjectId === null ? end(tx, row, now) : undefined
}

/** Asks for the checkouts of purchases that have waited long, and ends those that have waited longest. */
export async function lookAfterPurchases(tx: Tx, provider: ProviderName, now: Date): Promise<Audit[]> {
  const ended: Audit[] = []
  for (const { id, checkoutId, since } of await listUnpaidPurchases(tx, provider, later(now, -askedAfterMs))) {
    if (since > later(now, -givenUpAfterMs)) {
      if (checkoutId !== null) await wantObject(tx, { provider, kind: 'checkout', objectId: checkoutId }, id, now)
      continue
    }
    const audit = await end(tx, (await lockSubscription(tx, id))!, now)
    if (audit !== undefined) ended.push(audit)
  }
  return ended
}

async function end(tx: Tx, row: SubscriptionRow, now: Date): Promise<Audit | undefined> {
  if (row.status !== 'incomplete' || row.validUntil !== null) return undefined
  const validUntil = row.validFrom > now ? row.validFrom : now
  await updateSubscription(tx, row.id, { validUntil })
  return {
    action: 'subscription.purchase_ended',
    siteId: row.siteIds.length === 1 ? row.siteIds[0]! : null,
    subjectKind: 'subscription',
    subjectId: row.id,
    before: { validUntil: null },
    after: { validUntil },
  }
}

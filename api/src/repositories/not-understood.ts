import type { PaymentEvent, ProviderName } from '@turnpike/contracts/payment-event.ts'
import { and, eq, or, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { paymentEvents } from '../db/schema.ts'
import type { ObjectKey } from './provider-objects.ts'

/* What a provider said and nobody understood: it waits, parked, for somebody who looks, or for code that does understand. */

const isIt = (provider: ProviderName, eventId: string) =>
  and(eq(paymentEvents.provider, provider), eq(paymentEvents.eventId, eventId))
const isNotUnderstood = sql`${paymentEvents.state} = 'parked' and ${paymentEvents.change} ->> 'kind' = 'not_understood'`
const isNobodys = sql`${paymentEvents.state} = 'parked' and ${paymentEvents.change} ->> 'kind' = 'payment_captured'
  and ${paymentEvents.change} ->> 'subscriptionObjectId' is null`
const isOfNoUse = sql`${paymentEvents.state} = 'ignored' and ${paymentEvents.change} ->> 'kind' = 'ignored'`

/**
 * The inbox row of a notification that nobody understood, or that was of no use, and that says something else to the code of today;
 * or of money that was nobody's and now names its subscription. It says that now, and is to be applied. Undefined where it took
 * effect, or somebody has dismissed it. Of two at once one gets it.
 */
export async function takeUpEvent(tx: Tx, { provider, eventId, change }: PaymentEvent): Promise<string | undefined> {
  const saysMore = sql`(${isNotUnderstood} or ${isOfNoUse}) and ${paymentEvents.change} ->> 'kind' <> ${change.kind}`
  const namesSubscription = change.kind === 'payment_captured' && change.subscriptionObjectId !== null
  const [row] = await tx
    .update(paymentEvents)
    .set({ change, state: 'ignored' })
    .where(and(isIt(provider, eventId), namesSubscription ? or(saysMore, isNobodys) : saysMore))
    .returning({ id: paymentEvents.id })
  return row?.id
}

/** When the oldest notification of a provider came that nobody understands yet. */
export async function findOldestNotUnderstood(db: Db, provider: ProviderName): Promise<Date | undefined> {
  const [row] = await db
    .select({ at: paymentEvents.receivedAt })
    .from(paymentEvents)
    .where(and(eq(paymentEvents.provider, provider), isNotUnderstood))
    .orderBy(paymentEvents.receivedAt)
    .limit(1)
  return row?.at
}

/** What was fetched and not understood, under the name that `fetchedAs` gave it. */
export async function listObjectsNotUnderstood(db: Db, provider: ProviderName): Promise<ObjectKey[]> {
  const { rows } = await db.execute<ObjectKey>(sql`
    select o.provider, o.kind, o.object_id as "objectId" from payment_events
    join provider_objects o on o.provider = payment_events.provider and payment_events.event_type = 'fetched.' || o.kind
      and payment_events.event_id = 'fetched ' || o.object_id || ' not_understood'
    where payment_events.provider = ${provider} and ${isNotUnderstood}`)
  return rows
}

/** It is understood now; the id of its row, where it was not before. */
export async function settleNotUnderstood(
  tx: Tx,
  provider: ProviderName,
  eventId: string,
): Promise<string | undefined> {
  return setState(tx, provider, eventId, 'parked', 'applied')
}

/** It is not understood any more; the id of its row, where it was settled meanwhile. */
export async function parkAgain(tx: Tx, provider: ProviderName, eventId: string): Promise<string | undefined> {
  return setState(tx, provider, eventId, 'applied', 'parked')
}

async function setState(
  tx: Tx,
  provider: ProviderName,
  eventId: string,
  from: 'parked' | 'applied',
  to: 'parked' | 'applied',
): Promise<string | undefined> {
  const [row] = await tx
    .update(paymentEvents)
    .set({ state: to })
    .where(and(isIt(provider, eventId), eq(paymentEvents.state, from)))
    .returning({ id: paymentEvents.id })
  return row?.id
}

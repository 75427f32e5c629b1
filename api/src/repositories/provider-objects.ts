import type { ProviderName, ProviderObjectKind } from '@turnpike/contracts/payment-event.ts'
import { and, eq, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { paymentEvents, providerObjects } from '../db/schema.ts'

export type ObjectRow = typeof providerObjects.$inferSelect
export type ObjectKey = { provider: ProviderName; kind: ProviderObjectKind; objectId: string }

const isIt = ({ provider, kind, objectId }: ObjectKey) =>
  and(eq(providerObjects.provider, provider), eq(providerObjects.kind, kind), eq(providerObjects.objectId, objectId))

/** Something changed about it: it is to be fetched, once more if a fetch is under way. */
export async function wantObject(tx: Tx, key: ObjectKey, reference: string | null, now: Date) {
  await tx
    .insert(providerObjects)
    .values({ ...key, reference, dueAt: now })
    .onConflictDoUpdate({
      target: [providerObjects.provider, providerObjects.kind, providerObjects.objectId],
      set: {
        wanted: sql`${providerObjects.wanted} + 1`,
        dueAt: sql`least(${providerObjects.dueAt}, excluded.due_at)`,
        reference: sql`coalesce(excluded.reference, ${providerObjects.reference})`,
      },
    })
}

/** Refunds and disputes of which a provider has not said how they end. */
export async function listMoneyBackUnderWay(db: Db, provider: ProviderName): Promise<ObjectKey[]> {
  const { rows } = await db.execute<ObjectKey>(sql`
    select provider, 'refund' as kind, fact_id as "objectId" from refunds where provider = ${provider} and state = 'pending'
    union all
    select provider, 'dispute', fact_id from disputes where provider = ${provider} and state = 'open'`)
  return rows
}

/**
 * Objects that are due, each with the number of the fetch that begins now. Until `leaseEnds` nobody else fetches them; should this
 * process die, somebody does after that.
 */
export async function claimObjects(tx: Tx, now: Date, leaseEnds: Date, limit: number): Promise<ObjectRow[]> {
  const due = sql`(select provider, kind, object_id from provider_objects where due_at <= ${now}
    order by due_at limit ${limit} for update skip locked)`
  return tx
    .update(providerObjects)
    .set({ fetchSeq: sql`${providerObjects.fetchSeq} + 1`, dueAt: leaseEnds })
    .where(sql`(${providerObjects.provider}, ${providerObjects.kind}, ${providerObjects.objectId}) in ${due}`)
    .returning()
}

/**
 * Says whether a fetch may be written: none that began later was. Holds the object until the transaction ends, so that two who
 * fetched it write one after the other. It stays due where it was wanted again since the fetch began: else all that was told of it
 * is in what was fetched.
 */
export async function applyFetch(tx: Tx, claimed: ObjectRow, now: Date): Promise<'outdated' | 'written' | 'last'> {
  const { fetchSeq, wanted } = claimed
  const [row] = await tx
    .update(providerObjects)
    .set({
      appliedSeq: fetchSeq,
      failures: 0,
      fetchedAt: now,
      dueAt: sql`case when ${providerObjects.wanted} > ${wanted} then ${now}::timestamptz
        when ${providerObjects.fetchSeq} > ${fetchSeq} then ${providerObjects.dueAt} end`,
    })
    .where(and(isIt(claimed), sql`${providerObjects.appliedSeq} < ${fetchSeq}`))
    .returning({ wanted: providerObjects.wanted })
  if (row === undefined) return 'outdated'
  return row.wanted === wanted ? 'last' : 'written'
}

/** It could not be fetched: later, then. */
export async function putOffObject(tx: Tx, claimed: ObjectRow, dueAt: Date) {
  await tx
    .update(providerObjects)
    .set({ failures: sql`${providerObjects.failures} + 1`, dueAt })
    .where(and(isIt(claimed), eq(providerObjects.fetchSeq, claimed.fetchSeq)))
}

/** All that was told of an object has been looked after. Whoever tells more waits for the object, which the caller holds. */
export async function settleAccepted(
  tx: Tx,
  { provider, objectId }: ObjectKey,
  state: 'applied' | 'parked',
): Promise<string[]> {
  const rows = await tx
    .update(paymentEvents)
    .set({ state })
    .where(
      and(
        eq(paymentEvents.provider, provider),
        sql`${paymentEvents.change} ->> 'objectId' = ${objectId}`,
        eq(paymentEvents.state, 'accepted'),
      ),
    )
    .returning({ id: paymentEvents.id })
  return rows.map(({ id }) => id)
}

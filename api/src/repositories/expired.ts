import { and, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import {
  entitlementChanges,
  outboundCalls,
  providerObjects,
  readKeys,
  subscriptions,
  usedTokens,
} from '../db/schema.ts'

/** In place of a name, as an erased plate is shown. */
const forgotten = '(erased)'

/** Token ids whose tokens nobody could use any more. */
export async function purgeUsedTokens(tx: Tx, expiredBefore: Date): Promise<number> {
  return (await tx.delete(usedTokens).where(lt(usedTokens.expiresAt, expiredBefore))).rowCount ?? 0
}

export async function purgeReadKeys(tx: Tx, receivedBefore: Date): Promise<number> {
  return (await tx.delete(readKeys).where(lt(readKeys.receivedAt, receivedBefore))).rowCount ?? 0
}

/** Signs that who may park was changed, which every process has seen by then. */
export async function purgeEntitlementChanges(tx: Tx, before: Date): Promise<number> {
  return (await tx.delete(entitlementChanges).where(lt(entitlementChanges.at, before))).rowCount ?? 0
}

/** What providers were asked and did long ago. A refund stays, with who wanted it and why, as long as its payment. */
export async function purgeCalls(tx: Tx, finishedBefore: Date): Promise<number> {
  const isOld = and(lt(outboundCalls.finishedAt, finishedBefore), ne(outboundCalls.kind, 'refund'))
  return (await tx.delete(outboundCalls).where(isOld)).rowCount ?? 0
}

/** What was last fetched long ago, and is wanted by nobody. */
export async function purgeObjects(tx: Tx, fetchedBefore: Date): Promise<number> {
  const isOld = and(lt(providerObjects.fetchedAt, fetchedBefore), isNull(providerObjects.dueAt))
  return (await tx.delete(providerObjects).where(isOld)).rowCount ?? 0
}

/** Numbers of journals that have not grown since, but for the last one: a process that still runs counts on from it. */
export async function purgeJournals(tx: Tx, lastBefore: Date): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    delete from journal_entries e
    using (
      select device_id, max(sequence) as newest from journal_entries group by device_id having max(brought_in_at) < ${lastBefore}
    ) old
    where e.device_id = old.device_id and e.sequence < old.newest`)
  return rowCount ?? 0
}

/** Holders of subscriptions that ended long ago: who they were, and how they were reached. What was paid stays, with the subscription. */
export async function forgetHolders(tx: Tx, endedBefore: Date): Promise<number> {
  const { rowCount } = await tx
    .update(subscriptions)
    .set({ email: null, holder: forgotten, version: sql`${subscriptions.version} + 1` })
    .where(
      and(
        lt(subscriptions.validUntil, endedBefore),
        or(isNotNull(subscriptions.email), ne(subscriptions.holder, forgotten)),
      ),
    )
  return rowCount ?? 0
}

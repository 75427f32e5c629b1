import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { outboundCalls, quotes } from '../db/schema.ts'

export type CallRow = typeof outboundCalls.$inferSelect
export type NewCall = Pick<
  typeof outboundCalls.$inferInsert,
  'id' | 'kind' | 'provider' | 'idempotencyKey' | 'subjectId' | 'request'
> & { dueAt: Date }

/** Writes down what a provider is about to be asked; where the same was written down before, that. */
export async function intendCall(tx: Tx, call: NewCall): Promise<CallRow> {
  const [made] = await tx.insert(outboundCalls).values(call).onConflictDoNothing().returning()
  if (made !== undefined) return made
  const [found] = await tx.select().from(outboundCalls).where(eq(outboundCalls.idempotencyKey, call.idempotencyKey))
  return found!
}

export async function lockCall(tx: Tx, id: string): Promise<CallRow> {
  return (await tx.select().from(outboundCalls).where(eq(outboundCalls.id, id)).for('no key update'))[0]!
}

/** Calls that are due, theirs alone who asks until `leaseEnds`: then they count as left behind and are due again. */
export async function claimCalls(tx: Tx, now: Date, leaseEnds: Date, limit: number): Promise<CallRow[]> {
  const due = sql`(select id from outbound_calls where due_at <= ${now} order by due_at limit ${limit} for update skip locked)`
  return tx
    .update(outboundCalls)
    .set({ dueAt: leaseEnds, attempts: sql`${outboundCalls.attempts} + 1` })
    .where(sql`${outboundCalls.id} in ${due}`)
    .returning()
}

export async function finishCall(
  tx: Tx,
  id: string,
  end: { state: 'done' | 'refused'; result?: unknown; detail?: string; at: Date },
) {
  const { state, result = null, detail = null, at } = end
  await tx
    .update(outboundCalls)
    .set({ state, result, detail, dueAt: null, finishedAt: at })
    .where(eq(outboundCalls.id, id))
}

/** It is asked again then: the provider could not be reached. */
export async function putOffCall(tx: Tx, id: string, dueAt: Date, detail: string) {
  await tx
    .update(outboundCalls)
    .set({ dueAt, detail })
    .where(and(eq(outboundCalls.id, id), eq(outboundCalls.state, 'pending')))
}

/** The checkouts of a stay are closed at once, not only when their quotes end: it is paid, or over. */
export async function hastenExpiry(tx: Tx, sessionId: string, now: Date) {
  const ofStay = tx.select({ id: quotes.id }).from(quotes).where(eq(quotes.sessionId, sessionId))
  await tx
    .update(outboundCalls)
    .set({ dueAt: now })
    .where(
      and(
        inArray(outboundCalls.subjectId, ofStay),
        eq(outboundCalls.kind, 'expire_checkout'),
        eq(outboundCalls.state, 'pending'),
      ),
    )
}

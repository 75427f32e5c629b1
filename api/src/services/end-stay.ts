import type { Tx } from '../db/client.ts'
import { coverAt } from '../domain/bill.ts'
import { findBillFacts } from '../repositories/quotes.ts'
import { freeSlots, type SessionRow, updateSession } from '../repositories/sessions.ts'

/**
 * Ends the stay of a vehicle that left without the exit having decided what it owes. Unless a subscription or a payment covered it
 * when it was let out, somebody looks at what was not collected; says whether one did.
 */
export async function endStay(
  tx: Tx,
  session: SessionRow,
  exit: { decisionId: string | null; letOutAt: Date; endedAt: Date },
): Promise<boolean> {
  const { coveredUntil } = await findBillFacts(tx, session.id)
  const settled = coverAt({ ...session, coveredUntil }, exit.letOutAt) !== null
  await updateSession(tx, session.id, {
    state: 'closed',
    closedAt: exit.endedAt,
    exitDecisionId: exit.decisionId,
    needsReview: session.needsReview || !settled,
  })
  await freeSlots(tx, session.id)
  return settled
}

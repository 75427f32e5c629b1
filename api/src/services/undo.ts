import type { Tx } from '../db/client.ts'
import { settleUpAgain } from '../repositories/payments.ts'
import {
  freeSlots,
  hasOpenSession,
  isExempt,
  type SessionRow,
  takePlaceAgain,
  takePoolPlaceAgain,
  updateSession,
} from '../repositories/sessions.ts'

/** A vehicle did not go in after all: the stay that its decision began is void. Null: that stay was not this decision's. */
export async function undoEntry(tx: Tx, session: SessionRow, decisionId: string, now: Date): Promise<string | null> {
  if (session.state !== 'open' || session.entryDecisionId !== decisionId) return null
  await updateSession(tx, session.id, { state: 'void', closedAt: now })
  await freeSlots(tx, session.id)
  return 'void'
}

/** A vehicle did not go out after all: the stay that its decision ended goes on, and what was paid stays paid. */
export async function undoExit(tx: Tx, session: SessionRow, decisionId: string): Promise<string | null> {
  if (session.state !== 'closed' || session.exitDecisionId !== decisionId) return null
  if (await hasOpenSession(tx, session.siteId, session.plateId)) {
    await updateSession(tx, session.id, { needsReview: true })
    return 'to be reviewed: the vehicle has another open session'
  }
  await updateSession(tx, session.id, { state: 'open', closedAt: null, exitDecisionId: null })
  // It may have been settled up; how it ends now says anew what it keeps.
  await settleUpAgain(tx, session.id)
  if (session.subscriptionId !== null) await takePoolPlaceAgain(tx, session.subscriptionId, session.id)
  if (await isExempt(tx, session.subscriptionId)) return 'reopened'
  return (await takePlaceAgain(tx, session.siteId, session.id)) ? 'reopened' : 'reopened without a place'
}

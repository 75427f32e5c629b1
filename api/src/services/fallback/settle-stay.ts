import type { Tx } from '../../db/client.ts'
import { findCoverAt, findExitWithoutSession, insertSession, lockOpenSession } from '../../repositories/brought-in.ts'
import { freeSlots, takePlaceAgain, takePoolPlaceAgain, updateSession } from '../../repositories/sessions.ts'
import { endStay } from '../end-stay.ts'

/** A vehicle that was let through without Postgres: which decision, whose plate, where and when. */
export type LetThrough = { decisionId: string; plateId: string; siteId: string; at: Date }

/** What became of stays: the one the decision is about, others that changed, and why somebody should look. */
export type Settled = {
  sessionId: string | null
  changed: string[]
  alert: 'session_needs_review' | 'exit_without_session' | null
}

/**
 * Begins the stay of a vehicle that was let in, as of then. One that it had already ends as a missed exit; where it has left, or
 * come in again, in the meantime, the stay has ended by now and somebody looks at what was not collected.
 */
export async function settleEntry(
  tx: Tx,
  { decisionId, plateId, siteId, at }: LetThrough,
  newId: () => string,
): Promise<Settled> {
  const inside = await lockOpenSession(tx, siteId, plateId)
  const cameAgain = inside !== undefined && inside.openedAt > at
  const exit = cameAgain ? undefined : await findExitWithoutSession(tx, siteId, plateId, { decisionId, at })
  const endedAt = cameAgain ? inside.openedAt : (exit?.at ?? null)
  if (inside !== undefined && !cameAgain) {
    await updateSession(tx, inside.id, { state: 'missed_exit', closedAt: at, needsReview: true })
    await freeSlots(tx, inside.id)
  }
  const sessionId = newId()
  const cover = await findCoverAt(tx, siteId, plateId, at)
  await insertSession(tx, {
    id: sessionId,
    siteId,
    plateId,
    state: endedAt === null ? 'open' : cameAgain ? 'missed_exit' : 'closed',
    subscriptionId: cover?.id ?? null,
    entryDecisionId: decisionId,
    exitDecisionId: exit?.id ?? null,
    openedAt: at,
    closedAt: endedAt,
    needsReview: endedAt !== null,
  })
  if (endedAt === null) {
    const covered = cover !== undefined && (await takePoolPlaceAgain(tx, cover.id, sessionId))
    if (cover !== undefined && !covered) await updateSession(tx, sessionId, { subscriptionId: null })
    // It is inside, whether there was a place for it or not.
    if (!(covered && cover.exempt)) await takePlaceAgain(tx, siteId, sessionId)
  }
  const changed = inside === undefined || cameAgain ? [] : [inside.id]
  return { sessionId, changed, alert: endedAt === null ? null : 'session_needs_review' }
}

/** Ends the stay of a vehicle that was let out. What it owed was not asked for: unless that is settled, somebody looks at it. */
export async function settleExit(tx: Tx, { decisionId, plateId, siteId, at }: LetThrough): Promise<Settled> {
  const session = await lockOpenSession(tx, siteId, plateId)
  if (session === undefined || session.openedAt > at)
    return { sessionId: null, changed: [], alert: 'exit_without_session' }
  const settled = await endStay(tx, session, { decisionId, letOutAt: at, endedAt: at })
  return { sessionId: session.id, changed: [], alert: settled ? null : 'session_needs_review' }
}

/** What somebody is told of a decision that was made without Postgres, and of what became of the stay. */
export function alertsAbout(
  { gateId, decision }: { gateId: string; decision: { id: string } },
  { alert, sessionId }: Pick<Settled, 'alert' | 'sessionId'>,
) {
  return [
    { kind: 'decided_in_fallback' as const, subjectKind: 'gate', subjectId: gateId },
    ...(alert === 'session_needs_review' ? [{ kind: alert, subjectKind: 'session', subjectId: sessionId! }] : []),
    ...(alert === 'exit_without_session' ? [{ kind: alert, subjectKind: 'decision', subjectId: decision.id }] : []),
  ]
}

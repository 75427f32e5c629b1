import type { SessionPreview } from '@turnpike/contracts/session-bill.ts'
import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { Refusal } from '../errors.ts'
import { resolveAlert } from '../repositories/alerts.ts'
import type { Mark } from '../repositories/change.ts'
import { findUnmatchedExit } from '../repositories/decisions.ts'
import { upsertPlates } from '../repositories/plates.ts'
import {
  freePlace,
  freePoolPlace,
  freeSlots,
  hasEndedWith,
  hasOpenSession,
  isExempt,
  lockSession,
  type SessionRow,
  takePlaceAgain,
  takePoolPlaceAgain,
  updateSession,
} from '../repositories/sessions.ts'
import { findSite } from '../repositories/sites.ts'
import { findCover } from '../repositories/subscriptions.ts'
import type { Deps } from './deps.ts'
import { vehiclesOf } from './terms.ts'

/** Applies what an operator wants changed to a locked stay, and says which documents that makes stale. */
export async function putStayRight(
  deps: Deps,
  tx: Tx,
  session: SessionRow,
  { plate, openedAt, waived, state, exitDecisionId, needsReview }: SessionPreview,
  now: Date,
): Promise<Mark[]> {
  const { id, siteId } = session
  const marks: Mark[] = [
    { kind: 'session', id },
    { kind: 'site', id: siteId },
  ]
  const ofOpen = plate !== undefined || openedAt !== undefined || waived || state !== undefined
  if (ofOpen && session.state !== 'open')
    throw new Refusal('conflict', `This stay is ${session.state}: only an open one can be changed so.`)
  if (exitDecisionId !== undefined && state === undefined)
    throw new Refusal('invalid_request', 'An exit ends a stay: say that its state is closed.')
  if (openedAt !== undefined) await moveEntry(tx, session, new Date(openedAt), now)
  if (plate !== undefined) await correctPlate(deps, tx, await again(tx, id), plate)
  if (waived) await waive(tx, session, now)
  if (state !== undefined) marks.push(...(await close(tx, await again(tx, id), exitDecisionId, now)))
  if (needsReview === undefined) return marks
  await updateSession(tx, id, { needsReview })
  return [...marks, ...(await resolved(tx, 'session_needs_review', id, now))]
}

/** A later part of a change builds on what an earlier one wrote. */
const again = async (tx: Tx, id: string) => (await lockSession(tx, id))!

async function moveEntry(tx: Tx, session: SessionRow, openedAt: Date, now: Date) {
  if (openedAt > now) throw new Refusal('invalid_request', 'A stay cannot begin in the future.')
  await updateSession(tx, session.id, { openedAt })
}

/** The stay becomes that of another vehicle. Its subscription, if it has one, covers it from now on; the one of the old plate does not. */
async function correctPlate(deps: Deps, tx: Tx, session: SessionRow, plate: string) {
  const { id, siteId } = session
  const [plateId] = await upsertPlates(tx, vehiclesOf([plate], 'plate'), deps.newId)
  if (plateId === session.plateId) throw new Refusal('conflict', 'This stay has that plate already.')
  if (await hasOpenSession(tx, siteId, plateId!))
    throw new Refusal('conflict', 'The vehicle with that plate has another open stay here. Look at that one first.')
  const wasExempt = await isExempt(tx, session.subscriptionId)
  await freePoolPlace(tx, id)
  const cover = await findCover(tx, siteId, plateId!, session.openedAt)
  const subscriptionId = cover !== undefined && (await takePoolPlaceAgain(tx, cover, id)) ? cover : null
  const exempt = await isExempt(tx, subscriptionId)
  if (wasExempt && !exempt) await takePlaceAgain(tx, siteId, id)
  if (exempt) await freePlace(tx, id)
  const correctedFromPlateId = session.correctedFromPlateId ?? session.plateId
  await updateSession(tx, id, { plateId: plateId!, correctedFromPlateId, subscriptionId })
}

/** Nothing is asked for at the exit for as long as a payment would have given it. */
async function waive(tx: Tx, session: SessionRow, now: Date) {
  const site = (await findSite(tx, session.siteId))!
  await updateSession(tx, session.id, { paidUntil: later(now, site.exitBufferSeconds * 1000) })
}

/**
 * Unless something covers it, it counts as not collected until somebody says that it is in order. Where an exit let the vehicle out
 * without knowing this stay, it ended then, and is priced up to then.
 */
async function close(tx: Tx, session: SessionRow, exitDecisionId: string | undefined, now: Date): Promise<Mark[]> {
  const closedAt = exitDecisionId === undefined ? now : await unmatchedExit(tx, session, exitDecisionId)
  const settled = session.subscriptionId !== null || (session.paidUntil !== null && session.paidUntil >= closedAt)
  await updateSession(tx, session.id, {
    state: 'closed',
    closedAt,
    needsReview: session.needsReview || !settled,
    ...(exitDecisionId !== undefined && { exitDecisionId }),
  })
  await freeSlots(tx, session.id)
  return exitDecisionId === undefined ? [] : resolved(tx, 'exit_without_session', exitDecisionId, now)
}

/** When that exit was, if it was one and no stay has ended with it. */
async function unmatchedExit(tx: Tx, session: SessionRow, decisionId: string): Promise<Date> {
  const exit = await findUnmatchedExit(tx, decisionId)
  if (exit === undefined || exit.siteId !== session.siteId)
    throw new Refusal('invalid_request', 'At this site there is no such exit without an entry.')
  if (exit.at < session.openedAt) throw new Refusal('conflict', 'The stay began after that exit.')
  if (await hasEndedWith(tx, { ...exit, decisionId }))
    throw new Refusal('conflict', 'Another stay has ended with that exit already.')
  return exit.at
}

async function resolved(
  tx: Tx,
  kind: 'session_needs_review' | 'exit_without_session',
  subjectId: string,
  now: Date,
): Promise<Mark[]> {
  const alertId = await resolveAlert(tx, kind, subjectId, now)
  return alertId === undefined ? [] : [{ kind: 'alert', id: alertId }]
}

import type { SessionChange } from '@turnpike/contracts/session.ts'
import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { Refusal } from '../errors.ts'
import { resolveAlert } from '../repositories/alerts.ts'
import type { Mark } from '../repositories/change.ts'
import { upsertPlates } from '../repositories/plates.ts'
import {
  freePoolPlace,
  freeSlots,
  hasOpenSession,
  isExempt,
  type SessionRow,
  takePlaceAgain,
  takePoolPlaceAgain,
  updateSession,
} from '../repositories/sessions.ts'
import { findSite } from '../repositories/sites.ts'
import { findCover } from '../repositories/subscriptions.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'
import { vehiclesOf } from './terms.ts'

/** Puts a stay right: its plate, its beginning, its end, what is asked for it, or that somebody has looked at it. */
export async function changeSession(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, ...wanted }: SessionChange,
): Promise<void> {
  await edit(deps, caller, subjects.session, {
    id,
    saw,
    role: 'operator',
    action: 'changed',
    reason: changeReason,
    apply: async (tx, session, now) => {
      const { plate, openedAt, waived, state, needsReview } = wanted
      const ofOpen = plate !== undefined || openedAt !== undefined || waived || state !== undefined
      if (ofOpen && session.state !== 'open')
        throw new Refusal('conflict', `This stay is ${session.state}: only an open one can be changed so.`)
      if (openedAt !== undefined) await moveEntry(tx, session, new Date(openedAt), now)
      if (plate !== undefined)
        await correctPlate(deps, tx, { ...session, openedAt: openedAt ? new Date(openedAt) : session.openedAt }, plate)
      if (waived) await waive(tx, session, now)
      if (state !== undefined) await close(tx, session, now)
      const marks: Mark[] = [
        { kind: 'session', id },
        { kind: 'site', id: session.siteId },
      ]
      if (needsReview === undefined) return marks
      await updateSession(tx, id, { needsReview })
      const alertId = await resolveAlert(tx, 'session_needs_review', id)
      return alertId === undefined ? marks : [...marks, { kind: 'alert', id: alertId }]
    },
  })
}

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
  if (wasExempt && !(await isExempt(tx, subscriptionId))) await takePlaceAgain(tx, siteId, id)
  const correctedFromPlateId = session.correctedFromPlateId ?? session.plateId
  await updateSession(tx, id, { plateId: plateId!, correctedFromPlateId, subscriptionId })
}

/** Nothing is asked for at the exit for as long as a payment would have given it. */
async function waive(tx: Tx, session: SessionRow, now: Date) {
  const site = (await findSite(tx, session.siteId))!
  await updateSession(tx, session.id, { paidUntil: later(now, site.exitBufferSeconds * 1000) })
}

/** Nobody saw it leave: unless something covers it, it counts as not collected until somebody says that it is in order. */
async function close(tx: Tx, session: SessionRow, now: Date) {
  const settled = session.subscriptionId !== null || (session.paidUntil !== null && session.paidUntil >= now)
  await updateSession(tx, session.id, {
    state: 'closed',
    closedAt: now,
    needsReview: session.needsReview || !settled,
  })
  await freeSlots(tx, session.id)
}

import type { NewSessionPreview } from '@turnpike/contracts/session-bill.ts'
import type { Tx } from '../db/client.ts'
import { Refusal } from '../errors.ts'
import type { Mark } from '../repositories/change.ts'
import { upsertPlates } from '../repositories/plates.ts'
import {
  hasOpenSession,
  insertSession,
  isExempt,
  lockSession,
  takePlaceAgain,
  takePoolPlaceAgain,
  updateSession,
} from '../repositories/sessions.ts'
import { findCover } from '../repositories/subscriptions.ts'
import { type Caller, requireSite } from './access.ts'
import type { Deps } from './deps.ts'
import { putStayRight } from './put-stay-right.ts'
import { vehiclesOf } from './terms.ts'

/**
 * Writes a stay whose entry nobody saw under `id`, and ends it where its exit is known. It takes the places that it would have been
 * given at an entry, as far as there are any: the vehicle is inside whether one is free or not.
 */
export async function insertMissedStay(
  deps: Deps,
  { operator }: Caller,
  tx: Tx,
  id: string,
  { siteId, plate, openedAt, exitDecisionId }: NewSessionPreview,
  now: Date,
): Promise<Mark[]> {
  requireSite(operator, siteId, 'operator')
  const from = new Date(openedAt)
  if (from > now) throw new Refusal('invalid_request', 'A stay cannot begin in the future.')
  const [plateId] = await upsertPlates(tx, vehiclesOf([plate], 'plate'), deps.newId)
  if (await hasOpenSession(tx, siteId, plateId!))
    throw new Refusal('conflict', 'The vehicle with that plate has an open stay here. Put that one right.')
  const cover = await findCover(tx, siteId, plateId!, from)
  await insertSession(tx, { id, siteId, plateId: plateId!, openedAt: from })
  if (cover !== undefined && (await takePoolPlaceAgain(tx, cover, id)))
    await updateSession(tx, id, { subscriptionId: cover })
  const session = (await lockSession(tx, id))!
  if (!(await isExempt(tx, session.subscriptionId))) await takePlaceAgain(tx, siteId, id)
  const ended = exitDecisionId === undefined ? {} : { state: 'closed' as const, exitDecisionId }
  return putStayRight(deps, tx, session, ended, now)
}

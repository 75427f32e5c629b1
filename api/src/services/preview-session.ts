import type { BillNow, NewSessionPreview, SessionPreview } from '@turnpike/contracts/session-bill.ts'
import type { Tx } from '../db/client.ts'
import { Refusal } from '../errors.ts'
import { asIf } from '../repositories/change.ts'
import { lockSession } from '../repositories/sessions.ts'
import { type Caller, requireSite } from './access.ts'
import { billStays } from './bill-stays.ts'
import type { Deps } from './deps.ts'
import { insertMissedStay } from './missed-stay.ts'
import { putStayRight } from './put-stay-right.ts'

/** What a stay would be asked for if it were changed so. Nothing is. */
export async function previewChange(deps: Deps, caller: Caller, id: string, wanted: SessionPreview): Promise<BillNow> {
  const now = deps.now()
  return asIf(deps.database.db, async (tx) => {
    const session = await lockSession(tx, id)
    if (session === undefined) throw new Refusal('not_found', 'There is no such session.')
    requireSite(caller.operator, session.siteId, 'operator')
    await putStayRight(deps, tx, session, wanted, now)
    return billOf(tx, session.siteId, id, now)
  })
}

/** What a stay whose entry nobody saw would be asked for. None is made. */
export async function previewNew(deps: Deps, caller: Caller, wanted: NewSessionPreview): Promise<BillNow> {
  const now = deps.now()
  const id = deps.newId()
  return asIf(deps.database.db, async (tx) => {
    await insertMissedStay(deps, caller, tx, id, wanted, now)
    return billOf(tx, wanted.siteId, id, now)
  })
}

async function billOf(tx: Tx, siteId: string, id: string, now: Date): Promise<BillNow> {
  const [billed] = await billStays(tx, [siteId], [id], now)
  return billed!.bill
}

import {
  type AdjustmentItem,
  mostPutOnMinor,
  mostTakenOffMinor,
  type NewAdjustment,
} from '@turnpike/contracts/session.ts'
import { toAdjustmentItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { findAdjusted, insertAdjustment, listAdjustments } from '../repositories/adjustments.ts'
import { settleUpAgain } from '../repositories/payments.ts'
import { updateSession } from '../repositories/sessions.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/** Puts a sum on what a stay is asked for, or takes one off it. The price stays what the tariff says: this stands beside it. */
export async function adjustSession(
  deps: Deps,
  caller: Caller,
  sessionId: string,
  { amountMinor, reason }: NewAdjustment,
): Promise<AdjustmentItem> {
  const id = deps.newId()
  await edit(deps, caller, subjects.session, {
    id: sessionId,
    saw: undefined,
    action: 'adjusted',
    reason,
    role: 'manager',
    after: { adjustmentId: id, amountMinor },
    apply: async (tx, session, now) => {
      if (session.state === 'void') throw new Refusal('conflict', 'This stay never was: nothing is asked for it.')
      const togetherMinor = (await findAdjusted(tx, sessionId)) + amountMinor
      if (togetherMinor > mostPutOnMinor || togetherMinor < -mostTakenOffMinor)
        throw new Refusal('conflict', 'All adjustments of a stay together cannot add or take off that much.')
      await insertAdjustment(tx, { id, sessionId, amountMinor, reason, operatorId: caller.operator.id, createdAt: now })
      // A decision that was made from the old sum must be made again.
      await updateSession(tx, sessionId, {})
      if (amountMinor < 0) await settleUpAgain(tx, sessionId)
      return [{ kind: 'session', id: sessionId }]
    },
  })
  const all = await listAdjustments(deps.database.db, sessionId)
  return toAdjustmentItem(all.find((each) => each.id === id)!)
}

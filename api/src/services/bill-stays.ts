import type { BillNow } from '@turnpike/contracts/session-bill.ts'
import { tariffRules } from '@turnpike/contracts/tariff.ts'
import type { Db } from '../db/client.ts'
import { billNowOf } from '../domain/bill-now.ts'
import { type BilledStayRow, listBilledStays } from '../repositories/bills.ts'

export type StayBill = { sessionId: string; state: BilledStayRow['state']; bill: BillNow }

/** What stays at these sites would be asked for: open ones now, ended ones when they ended. */
export async function billStays(db: Db, siteIds: string[], ids: string[], now: Date): Promise<StayBill[]> {
  const rows = await listBilledStays(db, siteIds, ids)
  return rows.map(({ id, state, closedAt, stay, coveredUntil, tariff, site }) => {
    const rules = tariff && { id: tariff.id, rules: tariffRules.parse(tariff.rules) }
    return { sessionId: id, state, bill: billNowOf({ ...stay, coveredUntil }, rules, site, closedAt ?? now) }
  })
}

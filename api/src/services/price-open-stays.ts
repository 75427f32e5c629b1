import type { BillsAnswer, BillsRequest } from '@turnpike/contracts/session-bill.ts'
import type { Caller } from './access.ts'
import { billStays } from './bill-stays.ts'
import type { Deps } from './deps.ts'

/** What open stays owe now. */
export async function priceOpenStays(
  deps: Deps,
  { operator }: Caller,
  { sessionIds }: BillsRequest,
): Promise<BillsAnswer> {
  const bills = await billStays(deps.database.db, operator.siteIds, sessionIds, deps.now())
  return {
    items: bills.filter(({ state }) => state === 'open').map(({ sessionId, bill }) => ({ sessionId, bill })),
  }
}

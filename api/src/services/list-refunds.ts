import type { RefundItems } from '@turnpike/contracts/payment.ts'
import { toRefundItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { findPayment } from '../repositories/payments.ts'
import { listRefunds } from '../repositories/refund-requests.ts'
import { type Caller, requireSite } from './access.ts'
import type { Deps } from './deps.ts'

/** What went back of a payment, or was asked to, the newest first. */
export async function listRefundsOf(deps: Deps, { operator }: Caller, paymentId: string): Promise<RefundItems> {
  const payment = await findPayment(deps.database.db, paymentId)
  if (payment === undefined) throw new Refusal('not_found', 'There is no such payment.')
  requireSite(operator, payment.siteId, 'viewer')
  return { items: (await listRefunds(deps.database.db, paymentId)).map(toRefundItem) }
}

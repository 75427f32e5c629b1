import type { RefundItem, RefundRequest } from '@turnpike/contracts/payment.ts'
import { later } from '../domain/command-life.ts'
import { toRefundItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { change } from '../repositories/change.ts'
import { lockCapture } from '../repositories/money-back.ts'
import { findPayment } from '../repositories/payments.ts'
import { findClaimed, listRefunds } from '../repositories/refund-requests.ts'
import { actorOf, type Caller, requireSite } from './access.ts'
import { intendRefund } from './apply-refund-request.ts'
import { askProvider, callLeaseMs } from './ask-provider.ts'
import type { Deps } from './deps.ts'

/**
 * Gives some of a payment back, for a reason. All that we ask for together is never more than the payment; two who ask at the same
 * moment take turns. `asked` where the provider cannot be reached now: it is asked again until it answers.
 */
export async function refundPayment(
  deps: Deps,
  caller: Caller,
  paymentId: string,
  { amountMinor, reason }: RefundRequest,
): Promise<RefundItem> {
  const { db } = deps.database
  const found = await findPayment(db, paymentId)
  if (found === undefined) throw new Refusal('not_found', 'There is no such payment.')
  requireSite(caller.operator, found.siteId, 'manager')
  if (deps.providers[found.provider] === undefined)
    throw new Refusal('unavailable', `${found.provider} is not set up here: refund it there.`)
  const now = deps.now()
  const call = await change(db, actorOf(caller), now, async (tx) => {
    await lockCapture(tx, found.provider, found.factId)
    const leftMinor = found.amountMinor - (await findClaimed(tx, paymentId))
    if (amountMinor > leftMinor)
      throw new Refusal(
        'conflict',
        `At most ${leftMinor} of this payment can go back: the rest went, or was asked for.`,
      )
    const intended = await intendRefund(deps, tx, found, { amountMinor, reason }, later(now, callLeaseMs))
    const subject = { siteId: found.siteId, subjectKind: 'payment', subjectId: paymentId }
    const entry = { ...subject, action: 'payment.refund_asked', after: { amountMinor, callId: intended.id }, reason }
    return { result: intended, audit: [entry], marks: [{ kind: 'payment' as const, id: paymentId }] }
  })
  await askProvider(deps, call)
  const refunds = await listRefunds(db, paymentId)
  return toRefundItem(refunds.find((each) => each.id === call.id)!)
}

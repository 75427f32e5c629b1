import type { AlertKind } from '@turnpike/contracts/live-documents.ts'
import type { PaymentEvent, PaymentEventReceipt } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { raiseAlertOnce } from '../repositories/alerts.ts'
import type { Audit, Mark } from '../repositories/change.ts'
import { findMoneyBack } from '../repositories/money-back.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { Deps } from './deps.ts'

/* What every effect of a payment event has in common. */

export type Applied = { receipt: PaymentEventReceipt; opened: boolean }

/** Another transaction about the same stay came in between: what was looked up before its lock may be out of date. */
export class Disturbed extends Error {}

export function receipt(event: PaymentEvent, result: PaymentEventReceipt['result'], opened = false): Applied {
  return { receipt: { eventId: event.eventId, result }, opened }
}

export function taken(event: PaymentEvent, inboxId: string, siteId: string | null, result: string): Audit {
  return {
    action: `payment_event.${result}`,
    siteId,
    subjectKind: 'payment_event',
    subjectId: inboxId,
    after: { eventType: event.eventType, kind: event.change.kind },
  }
}

/**
 * Raises what somebody should look at in what was taken back from a payment: more than was paid, or in another currency; a
 * dispute, which wants an answer in time; a refund while the vehicle is inside, whose exit asks again.
 */
export async function alertMoneyBack(
  deps: Deps,
  tx: Tx,
  payment: Pick<PaymentRow, 'id' | 'siteId' | 'amountMinor'>,
  refundedWhileInside: boolean,
  now: Date,
): Promise<{ kinds: AlertKind[]; marks: Mark[] }> {
  const { claimedMinor, inOtherCurrency, disputed } = await findMoneyBack(tx, payment.id)
  const kinds: AlertKind[] = []
  const marks: Mark[] = []
  const wanted: [AlertKind, boolean][] = [
    ['refund_exceeds_payment', claimedMinor > payment.amountMinor || inOtherCurrency],
    ['payment_disputed', disputed],
    ['refund_during_stay', refundedWhileInside],
  ]
  for (const [kind, isWanted] of wanted) {
    const id = deps.newId()
    const alert = { id, siteId: payment.siteId, kind, subjectKind: 'payment', subjectId: payment.id, raisedAt: now }
    if (!isWanted || (await raiseAlertOnce(tx, alert)) === undefined) continue
    kinds.push(kind)
    marks.push({ kind: 'alert', id })
  }
  return { kinds, marks }
}

import type { PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { resolveAlert } from '../repositories/alerts.ts'
import { type Change, unchanged } from '../repositories/change.ts'
import { takeUpEvent } from '../repositories/not-understood.ts'
import { insertEventOnce, setEventState } from '../repositories/payments.ts'
import { wantObject } from '../repositories/provider-objects.ts'
import { applyCapture } from './apply-capture.ts'
import { applyMoneyBack } from './apply-money-back.ts'
import { endPurchase } from './apply-purchase-end.ts'
import { applySubscriptionCapture } from './apply-subscription-capture.ts'
import type { MoneyDeps } from './deps.ts'
import { type Applied, alertOnce, receipt, taken } from './payment-effect.ts'

/**
 * Takes what a provider says into the inbox and does what follows from it, in the transaction of the caller. What is a fact applies
 * as it is; of what can change, only that it has: the worker fetches it. A repeat has no effect,
 * unless nobody understood it before and it is understood now.
 */
export async function applyEvent(deps: MoneyDeps, tx: Tx, event: PaymentEvent, now: Date): Promise<Change<Applied>> {
  const inboxId = await insertEventOnce(tx, {
    id: deps.newId(),
    provider: event.provider,
    eventId: event.eventId,
    eventType: event.eventType,
    state: 'ignored',
    change: event.change,
    receivedAt: now,
  })
  if (inboxId !== undefined) return applyStored(deps, tx, event, inboxId, now)
  const understood = await takeUpEvent(tx, event)
  if (understood === undefined) return unchanged(receipt(event, 'duplicate'))
  const alertId = await resolveAlert(tx, 'payment_parked', understood, now)
  const done = await applyStored(deps, tx, event, understood, now)
  return alertId === undefined ? done : { ...done, marks: [...(done.marks ?? []), { kind: 'alert', id: alertId }] }
}

/** The same for a notification that has its row in the inbox already. */
export async function applyStored(
  deps: MoneyDeps,
  tx: Tx,
  event: PaymentEvent,
  inboxId: string,
  now: Date,
): Promise<Change<Applied>> {
  const { change: said, provider } = event
  switch (said.kind) {
    case 'payment_captured':
      return said.subscriptionObjectId === null
        ? applyCapture(deps, tx, event, said, inboxId, now)
        : applySubscriptionCapture(
            deps,
            tx,
            event,
            { ...said, subscriptionObjectId: said.subscriptionObjectId },
            inboxId,
            now,
          )
    case 'payment_refunded':
    case 'payment_disputed':
      return applyMoneyBack(deps, tx, event, said, inboxId, now)
    case 'object_changed': {
      await wantObject(tx, { provider, kind: said.objectKind, objectId: said.objectId }, said.reference, now)
      await setEventState(tx, inboxId, 'accepted', null)
      return { result: receipt(event, 'accepted'), audit: [taken(event, inboxId, null, 'accepted')], marks: [] }
    }
    case 'not_understood': {
      await setEventState(tx, inboxId, 'parked', null)
      const alert = { kind: 'payment_event', id: inboxId, siteId: null }
      const marks = await alertOnce(deps, tx, 'payment_parked', alert, now)
      return { result: receipt(event, 'parked'), audit: [taken(event, inboxId, null, 'parked')], marks }
    }
    case 'payment_failed': {
      const ended = await endPurchase(tx, provider, said.reference, now)
      const result = ended === undefined ? 'ignored' : 'applied'
      await setEventState(tx, inboxId, result, null)
      const entry = taken(event, inboxId, null, result)
      return { result: receipt(event, result), audit: ended === undefined ? [entry] : [entry, ended], marks: [] }
    }
    case 'payment_pending':
    case 'ignored':
      return { result: receipt(event, 'ignored'), audit: [taken(event, inboxId, null, 'ignored')], marks: [] }
  }
}

import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { isId } from '../domain/id.ts'
import type { Change } from '../repositories/change.ts'
import { adoptMoneyBack, lockCapture } from '../repositories/money-back.ts'
import { findCapture, insertPaymentOnce, setEventState } from '../repositories/payments.ts'
import { findSite } from '../repositories/sites.ts'
import { findProvidedSubscription } from '../repositories/subscriptions.ts'
import { park, repeated } from './apply-capture.ts'
import type { MoneyDeps } from './deps.ts'
import { type Applied, endParked, receipt, taken } from './payment-effect.ts'

type Capture = Extract<PaymentChange, { kind: 'payment_captured' }> & { subscriptionObjectId: string }

/**
 * A period of a subscription was paid. Whether its vehicles may park is its status, which the provider is asked for: this is the
 * money alone, counted at the first of its sites. Told of before its subscription it waits, parked, until that is known.
 */
export async function applySubscriptionCapture(
  deps: MoneyDeps,
  tx: Tx,
  event: PaymentEvent,
  capture: Capture,
  inboxId: string,
  now: Date,
): Promise<Change<Applied>> {
  const { provider } = event
  const subscription = await findProvidedSubscription(
    tx,
    provider,
    capture.subscriptionObjectId,
    isId(capture.reference) ? capture.reference : null,
  )
  await lockCapture(tx, provider, capture.factId)
  const known = await findCapture(tx, provider, capture.factId)
  if (known !== undefined) return repeated(tx, event, inboxId, known, now)
  const siteId = subscription?.siteIds[0]
  const isItsCurrency = siteId !== undefined && (await findSite(tx, siteId))?.currency === capture.currency
  if (subscription === undefined || siteId === undefined || !isItsCurrency)
    return park(deps, tx, event, capture.factId, inboxId, null, now)
  const id = deps.newId()
  await insertPaymentOnce(tx, {
    id,
    siteId,
    provider,
    factId: capture.factId,
    subscriptionId: subscription.id,
    amountMinor: capture.amountMinor,
    currency: capture.currency,
    capturedAt: new Date(capture.capturedAt),
  })
  const noLongerParked = await endParked(tx, { provider, factId: capture.factId, id }, now)
  await setEventState(tx, inboxId, 'applied', id)
  await adoptMoneyBack(tx, provider, capture.factId, id)
  const after = { subscriptionId: subscription.id, paymentId: id, amountMinor: capture.amountMinor }
  return {
    result: receipt(event, 'applied'),
    audit: [{ ...taken(event, inboxId, siteId, 'applied'), after }],
    marks: [{ kind: 'payment', id }, ...noLongerParked],
  }
}

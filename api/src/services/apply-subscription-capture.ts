import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { isId } from '../domain/id.ts'
import type { Change } from '../repositories/change.ts'
import { adoptMoneyBack, lockCapture } from '../repositories/money-back.ts'
import { insertPaymentOnce, setEventState } from '../repositories/payments.ts'
import { findSite } from '../repositories/sites.ts'
import { findProvidedSubscription } from '../repositories/subscriptions.ts'
import { park } from './apply-capture.ts'
import type { MoneyDeps } from './deps.ts'
import { type Applied, receipt, taken } from './payment-effect.ts'

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
  const siteId = subscription?.siteIds[0]
  const isItsCurrency = siteId !== undefined && (await findSite(tx, siteId))?.currency === capture.currency
  if (subscription === undefined || siteId === undefined || !isItsCurrency)
    return park(deps, tx, event, inboxId, null, now)
  const payment = await insertPaymentOnce(tx, {
    id: deps.newId(),
    siteId,
    provider,
    factId: capture.factId,
    subscriptionId: subscription.id,
    amountMinor: capture.amountMinor,
    currency: capture.currency,
    capturedAt: new Date(capture.capturedAt),
  })
  await setEventState(tx, inboxId, 'applied', payment?.id ?? null)
  const result = payment === undefined ? 'duplicate' : 'applied'
  if (payment !== undefined) await adoptMoneyBack(tx, provider, capture.factId, payment.id)
  const after = { subscriptionId: subscription.id, paymentId: payment?.id, amountMinor: capture.amountMinor }
  return {
    result: receipt(event, result),
    audit: [{ ...taken(event, inboxId, siteId, result), after }],
    marks: payment === undefined ? [] : [{ kind: 'payment', id: payment.id }],
  }
}

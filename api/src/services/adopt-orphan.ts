import type { OrphanAdoption, PaymentItem } from '@turnpike/contracts/payment.ts'
import type { Tx } from '../db/client.ts'
import { toPaymentItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { change, type Mark } from '../repositories/change.ts'
import { adoptMoneyBack } from '../repositories/money-back.ts'
import { findPayment, insertPaymentOnce, lockParked } from '../repositories/payments.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { findSite, findTariff, insertQuote } from '../repositories/quotes.ts'
import { lockSession, updateSession } from '../repositories/sessions.ts'
import { findSubscription } from '../repositories/subscriptions.ts'
import { actorOf, type Caller, requireSite, requireSites } from './access.ts'
import type { Deps } from './deps.ts'
import { alertMoneyBack, endParked } from './payment-effect.ts'
import { vehiclesOf } from './terms.ts'

/**
 * Says whose a payment is that refers to nothing we know: a stay's, a vehicle's at a site, or a subscription's. It counts from then
 * on like any other, with the refunds and disputes that were told of before; it opens no barrier.
 */
export async function adoptOrphan(
  deps: Deps,
  caller: Caller,
  orphanId: string,
  { reason, ...to }: OrphanAdoption,
): Promise<PaymentItem> {
  const now = deps.now()
  const paymentId = await change(deps.database.db, actorOf(caller), now, async (tx) => {
    const orphan = await lockParked(tx, orphanId)
    if (orphan === undefined) throw new Refusal('not_found', 'There is no such orphan, or somebody was faster.')
    const { provider, change: said } = orphan
    if (said.kind !== 'payment_captured')
      throw new Refusal('conflict', 'Only a payment can be adopted: refunds and disputes follow theirs.')
    const owner = await ownerOf(deps, tx, caller, to, said.currency, now)
    const made = await insertPaymentOnce(tx, {
      id: deps.newId(),
      provider,
      factId: said.factId,
      amountMinor: said.amountMinor,
      currency: said.currency,
      capturedAt: new Date(said.capturedAt),
      ...owner,
    })
    if (made === undefined) throw new Refusal('conflict', 'This payment is on record already. Dismiss the orphan.')
    const noLongerParked = await endParked(tx, made, now)
    await adoptMoneyBack(tx, provider, said.factId, made.id)
    const marks: Mark[] = [{ kind: 'payment', id: made.id }, ...noLongerParked]
    if (owner.sessionId !== undefined) {
      // A decision that was made without this money must be made again.
      await updateSession(tx, owner.sessionId, {})
      marks.push({ kind: 'session', id: owner.sessionId })
    }
    const back = await alertMoneyBack(deps, tx, made, {}, now)
    const { sessionId, quoteId, subscriptionId } = made
    const subject = { siteId: owner.siteId, subjectKind: 'payment_event', subjectId: orphanId }
    const after = { paymentId: made.id, sessionId, quoteId, subscriptionId, amountMinor: made.amountMinor }
    const entry = { ...subject, action: 'payment_event.adopted', after, reason }
    return {
      result: made.id,
      audit: [entry],
      marks: [...marks, ...back.marks],
    }
  })
  return toPaymentItem((await findPayment(deps.database.db, paymentId))!)
}

type Owner = { siteId: string; sessionId?: string; quoteId?: string; subscriptionId?: string }

async function ownerOf(
  deps: Deps,
  tx: Tx,
  { operator }: Caller,
  to: Omit<OrphanAdoption, 'reason'>,
  currency: string,
  now: Date,
): Promise<Owner> {
  if (to.subscriptionId !== undefined) {
    const subscription = await findSubscription(tx, to.subscriptionId)
    if (subscription === undefined) throw new Refusal('not_found', 'There is no such subscription.')
    requireSites(operator, subscription.siteIds, 'manager')
    return { siteId: subscription.siteIds[0]!, subscriptionId: subscription.id }
  }
  if (to.sessionId !== undefined) {
    const session = await lockSession(tx, to.sessionId)
    if (session === undefined) throw new Refusal('not_found', 'There is no such stay.')
    requireSite(operator, session.siteId, 'manager')
    await requireCurrency(tx, session.siteId, currency)
    return { siteId: session.siteId, sessionId: session.id }
  }
  const siteId = to.siteId!
  requireSite(operator, siteId, 'manager')
  await requireCurrency(tx, siteId, currency)
  return { siteId, quoteId: await creditFor(deps, tx, siteId, to.plate!, now) }
}

async function requireCurrency(tx: Tx, siteId: string, currency: string) {
  const site = (await findSite(tx, siteId))!
  if (site.currency !== currency)
    throw new Refusal(
      'conflict',
      `This payment is in ${currency}, and the site takes ${site.currency}: refund it there.`,
    )
}

/** A vehicle's credit is money for a quote of it that names no stay. */
async function creditFor(deps: Deps, tx: Tx, siteId: string, plate: string, now: Date): Promise<string> {
  const [plateId] = await upsertPlates(tx, vehiclesOf([plate], 'plate'), deps.newId)
  const site = (await findSite(tx, siteId))!
  const tariff = await findTariff(tx, siteId, now)
  if (tariff === undefined) throw new Refusal('conflict', 'This site has no tariff yet.')
  const id = deps.newId()
  await insertQuote(tx, {
    id,
    siteId,
    plateId: plateId!,
    tariffId: tariff.id,
    amountMinor: 1,
    currency: site.currency,
    lines: [],
    chargedFrom: now,
    pricedAt: now,
    expiresAt: now,
    paidAt: now,
    credit: true,
  })
  return id
}

import { change, type Mark, unchanged } from '../repositories/change.ts'
import { attachPayment, findPayment, listCreditWithStay } from '../repositories/payments.ts'
import { findSite } from '../repositories/quotes.ts'
import { findSession, lockSession, updateSession } from '../repositories/sessions.ts'
import { lockWaitingCar } from '../repositories/waiting-car.ts'
import type { MoneyDeps } from './deps.ts'
import { Disturbed, openForPayment, settledPrice, untilUndisturbed } from './payment-effect.ts'

/**
 * Money that was paid in advance, or for a stay that was paid already, goes to the stay of its vehicle once there is one, however late
 * it was read: also to one that was over by then. A car that waits at an exit and owes nothing more then is let out.
 */
export async function attachCredit(deps: MoneyDeps): Promise<number> {
  const found = await listCreditWithStay(deps.database.db, deps.now(), 50)
  for (const each of found) await untilUndisturbed(() => attach(deps, each))
  return found.length
}

async function attach(deps: MoneyDeps, { paymentId, sessionId }: { paymentId: string; sessionId: string }) {
  const now = deps.now()
  await change(deps.database.db, { kind: 'system', id: 'worker', requestId: null }, now, async (tx) => {
    const before = await findSession(tx, sessionId)
    const waiting = await lockWaitingCar(tx, sessionId, now)
    const session = await lockSession(tx, sessionId)
    if (session === undefined || (session.state !== 'open' && !session.needsReview)) return unchanged(undefined)
    if (session.version !== before?.version) throw new Disturbed('the session changed')
    if (!(await attachPayment(tx, paymentId, sessionId))) return unchanged(undefined)
    await updateSession(tx, sessionId, {})
    const marks: Mark[] = [
      { kind: 'payment', id: paymentId },
      { kind: 'session', id: sessionId },
    ]
    const site = (await findSite(tx, session.siteId))!
    const priceMinor =
      waiting === undefined || session.state !== 'open' ? null : await settledPrice(tx, session, site, now)
    const opened =
      waiting !== undefined && priceMinor !== null
        ? await openForPayment(deps, tx, waiting, paymentId, { paidUntil: session.paidUntil, priceMinor }, site, now)
        : undefined
    if (opened !== undefined) marks.push(opened.mark)
    const { amountMinor, currency } = (await findPayment(tx, paymentId))!
    const paidUntil = opened?.paidUntil ?? session.paidUntil
    const after = { sessionId, amountMinor, currency, paidUntil, commandId: opened?.commandId ?? null }
    const entry = { action: 'payment.credited', siteId: site.id, subjectKind: 'payment', subjectId: paymentId, after }
    return { result: undefined, audit: [entry], marks }
  })
}

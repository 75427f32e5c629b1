import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { admissionOf, keptMinor } from '../domain/kept-minor.ts'
import { type Change, change, type Mark, unchanged } from '../repositories/change.ts'
import { findLetOutAt } from '../repositories/decisions.ts'
import { lockCapture } from '../repositories/money-back.ts'
import {
  listPaymentsOfSession,
  listQuotedPayments,
  listStaysToSettleUp,
  releasePayment,
  setSettledUp,
} from '../repositories/payments.ts'
import { findBillFacts, findPricing, findSite } from '../repositories/quotes.ts'
import { findClaimed } from '../repositories/refund-requests.ts'
import { lockSession, type SessionRow } from '../repositories/sessions.ts'
import type { SiteRow } from '../repositories/sites.ts'
import { intendRefund } from './apply-refund-request.ts'
import type { AskDeps } from './ask-provider.ts'
import { alertEach, Disturbed, untilUndisturbed } from './payment-effect.ts'

/** A vehicle that turns back at the exit has its stay again: by then it has, or is gone. */
const mayTurnBackMs = 10 * 60_000

/**
 * What a stay that is over leaves over of its payments goes on: a payment that it needs nothing of is kept for the vehicle's next
 * stay where the site's policy says so; everything else goes back.
 */
export async function settleUpStays(deps: AskDeps): Promise<number> {
  const found = await listStaysToSettleUp(deps.database.db, later(deps.now(), -mayTurnBackMs), 50)
  for (const sessionId of found) await untilUndisturbed(() => settleUp(deps, sessionId))
  return found.length
}

async function settleUp(deps: AskDeps, sessionId: string) {
  const now = deps.now()
  const actor = { kind: 'system' as const, id: 'worker', requestId: null }
  await change<void>(deps.database.db, actor, now, async (tx) => {
    const held = await holdCaptures(tx, sessionId)
    const session = (await lockSession(tx, sessionId))!
    if (session.state === 'open' || session.needsReview) return unchanged(undefined)
    const payments = await listQuotedPayments(tx, session.id)
    // Its capture is not held: whoever gives it back at this moment would not be seen. It cannot be held now, after the session.
    if (payments.some(({ id }) => !held.has(id))) throw new Disturbed('a payment came in between')
    return passOn(deps, tx, session, payments, now)
  })
}

/** Holds the captures of a stay's payments, in one order for whoever holds several; the ids of those payments. */
async function holdCaptures(tx: Tx, sessionId: string): Promise<Set<string>> {
  const payments = await listPaymentsOfSession(tx, sessionId)
  for (const { provider, factId } of payments.toSorted((a, b) => (a.factId < b.factId ? -1 : 1)))
    await lockCapture(tx, provider, factId)
  return new Set(payments.map(({ id }) => id))
}

type Payments = Awaited<ReturnType<typeof listQuotedPayments>>

async function passOn(deps: AskDeps, tx: Tx, session: SessionRow, all: Payments, now: Date): Promise<Change<void>> {
  const site = (await findSite(tx, session.siteId))!
  // What is contested may be gone.
  const payments = all.filter(({ disputed }) => !disputed)
  const left: { payment: Payments[number]; leftMinor: number }[] = []
  for (const payment of payments)
    left.push({ payment, leftMinor: Math.max(payment.amountMinor - (await findClaimed(tx, payment.id)), 0) })
  const kept = await keptFor(tx, session, payments, site)
  let restMinor = left.reduce((sum, { leftMinor }) => sum + leftMinor, 0) - kept
  await setSettledUp(tx, session.id, now)
  if (restMinor <= 0) return unchanged(undefined)
  const marks: Mark[] = []
  const passedOn: Record<string, unknown>[] = []
  for (const { payment, leftMinor } of left) {
    const amountMinor = Math.min(leftMinor, restMinor)
    if (amountMinor <= 0) continue
    restMinor -= amountMinor
    const isOfVehicle = payment.quote?.plateId === session.plateId
    // What admitted a vehicle admits it once: as credit it would be passed on from stay to stay.
    const mayWait = isOfVehicle && admissionOf(payment) === 0
    const isWhole = amountMinor === leftMinor && mayWait && site.doublePaymentPolicy === 'credit'
    // Where its provider cannot be asked from here, somebody has to do it there.
    const as = isWhole ? 'credit' : deps.providers[payment.provider] === undefined ? 'alert' : 'refund'
    passedOn.push({ paymentId: payment.id, amountMinor, as })
    marks.push({ kind: 'payment', id: payment.id })
    if (as === 'credit') await releasePayment(tx, payment.id)
    else if (as === 'refund')
      await intendRefund(deps, tx, payment, { amountMinor, reason: 'the stay left it over' }, now)
    else marks.push(...(await alertEach(deps, tx, payment, now, [['payment_surplus', true]])).marks)
  }
  const subject = { siteId: site.id, subjectKind: 'session', subjectId: session.id }
  const entry = { ...subject, action: 'session.settled_up', after: { keptMinor: kept, passedOn } }
  return { result: undefined, audit: [entry], marks }
}

async function keptFor(tx: Tx, session: SessionRow, payments: Payments, site: SiteRow): Promise<number> {
  const facts = await findBillFacts(tx, session.id)
  const pricing = await findPricing(tx, site.id, session.openedAt)
  const letOutAt = await findLetOutAt(tx, { ...session, closedAt: session.closedAt! })
  return keptMinor(
    { ...session, ...facts, isVoid: session.state === 'void', letOutAt },
    payments,
    facts.paidMinor,
    pricing,
    site,
  )
}

import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { billOf, priceOf } from '../domain/bill.ts'
import { isId } from '../domain/id.ts'
import { latest, leaveBy } from '../domain/leave-by.ts'
import type { Change, Mark } from '../repositories/change.ts'
import { findLetOutAt } from '../repositories/decisions.ts'
import { adoptMoneyBack, lockCapture } from '../repositories/money-back.ts'
import { hastenExpiry } from '../repositories/outbound-calls.ts'
import {
  findCapture,
  insertPaymentOnce,
  isCaptureParked,
  type PaymentNow,
  setEventState,
} from '../repositories/payments.ts'
import {
  findBillFacts,
  findPricing,
  findSite,
  lockQuote,
  markQuotePaid,
  type QuoteRow,
} from '../repositories/quotes.ts'
import { findClaimed } from '../repositories/refund-requests.ts'
import { findSession, lockSession, type SessionRow, updateSession } from '../repositories/sessions.ts'
import type { SiteRow } from '../repositories/sites.ts'
import { lockWaitingCar } from '../repositories/waiting-car.ts'
import { intendRefund } from './apply-refund-request.ts'
import type { MoneyDeps } from './deps.ts'
import {
  type Applied,
  alertEach,
  alertMoneyBack,
  alertOnce,
  Disturbed,
  endParked,
  openForPayment,
  receipt,
  settledPrice,
  taken,
} from './payment-effect.ts'

type Capture = Extract<PaymentChange, { kind: 'payment_captured' }>

/** Money came in: the payment, what it settles, and the `open` for a car that waits for it. What is too much goes by the site's policy. */
export async function applyCapture(
  deps: MoneyDeps,
  tx: Tx,
  event: PaymentEvent,
  capture: Capture,
  inboxId: string,
  now: Date,
): Promise<Change<Applied>> {
  await lockCapture(tx, event.provider, capture.factId)
  const known = await findCapture(tx, event.provider, capture.factId)
  if (known !== undefined) return repeated(tx, event, inboxId, known, now)
  const quote = isId(capture.reference) ? await lockQuote(tx, capture.reference) : undefined
  if (quote === undefined || quote.currency !== capture.currency)
    return park(deps, tx, event, capture.factId, inboxId, quote?.siteId ?? null, now)
  // The gate's pass before the session, as every decision locks them. One that commits in between shows by the session's version.
  const before = quote.sessionId === null ? undefined : await findSession(tx, quote.sessionId)
  const waiting = quote.sessionId === null ? undefined : await lockWaitingCar(tx, quote.sessionId, now)
  const session = quote.sessionId === null ? undefined : await lockSession(tx, quote.sessionId)
  if (session?.version !== before?.version) throw new Disturbed('the session changed')
  const site = (await findSite(tx, quote.siteId))!
  const capturedAt = new Date(capture.capturedAt)
  const { dueMinor, coveredMinor } = await owedFor(tx, quote, session, site, capturedAt)
  const surplusMinor = Math.max(capture.amountMinor - dueMinor, 0)
  // All of it is too much, and its stay is over: kept for the next one, unless it goes back.
  const isOver = session !== undefined && session.state !== 'open'
  const stayId = dueMinor === 0 && isOver && site.doublePaymentPolicy === 'credit' ? null : quote.sessionId
  // What is paid is what was quoted, or less, as somebody took it off since: not what the next half hour costs.
  const settlesMinor = Math.min(dueMinor, quote.amountMinor)
  const id = deps.newId()
  await insertPaymentOnce(tx, {
    id,
    siteId: quote.siteId,
    provider: event.provider,
    factId: capture.factId,
    quoteId: quote.id,
    sessionId: stayId,
    amountMinor: capture.amountMinor,
    currency: capture.currency,
    capturedAt,
    neededMinor: stayId === null ? null : coveredMinor + settlesMinor,
  })
  const noLongerParked = await endParked(tx, { provider: event.provider, factId: capture.factId, id }, now)
  await setEventState(tx, inboxId, 'applied', id)
  await adoptMoneyBack(tx, event.provider, capture.factId, id)
  const payment = (await findCapture(tx, event.provider, capture.factId))!
  const paidUntil = dueMinor === 0 ? null : await settleQuote(tx, quote, session, payment, settlesMinor, site)
  const stay = session && { ...session, paidUntil: paidUntil ?? session.paidUntil }
  const backMinor = site.doublePaymentPolicy === 'refund' ? surplusMinor - (await findClaimed(tx, id)) : 0
  if (backMinor > 0)
    await intendRefund(deps, tx, payment, { amountMinor: backMinor, reason: 'paid more than was owed' }, now)
  const marks: Mark[] = [{ kind: 'payment', id: payment.id }, ...noLongerParked]
  if (quote.sessionId !== null) marks.push({ kind: 'session', id: quote.sessionId })
  // Also for money that came after its quote had expired, where nothing was added to what is owed since.
  const priceMinor = stay === undefined || paidUntil !== null ? null : await settledPrice(tx, stay, site, now)
  const mayLeave = stay !== undefined && (paidUntil !== null || priceMinor !== null)
  if (mayLeave) await hastenExpiry(tx, stay.id, now)
  const opened =
    mayLeave && waiting !== undefined
      ? await openForPayment(deps, tx, waiting, payment.id, { paidUntil: stay.paidUntil, priceMinor }, site, now)
      : undefined
  if (opened !== undefined) marks.push(opened.mark)
  const refundedWhileInside = payment.refundedMinor > 0 && session?.state === 'open' && paidUntil === null
  const back = await alertMoneyBack(deps, tx, payment, { refundedWhileInside }, now)
  const more = await alertEach(deps, tx, payment, now, [
    ['payment_surplus', surplusMinor > 0],
    ['payment_late', opened !== undefined && paidUntil !== null && paidUntil < now],
  ])
  const kinds = [...back.kinds, ...more.kinds]
  const after = {
    paymentId: payment.id,
    sessionId: quote.sessionId,
    amountMinor: payment.amountMinor,
    paidUntil: opened?.paidUntil ?? paidUntil,
    commandId: opened?.commandId ?? null,
    ...(surplusMinor > 0 ? { surplusMinor, policy: site.doublePaymentPolicy } : {}),
    ...(payment.refundedMinor > 0 ? { refundedMinor: payment.refundedMinor } : {}),
    ...(kinds.length > 0 ? { alerts: kinds } : {}),
  }
  return {
    result: receipt(event, 'applied', opened !== undefined),
    audit: [{ ...taken(event, inboxId, quote.siteId, 'applied'), after }],
    marks: [...marks, ...back.marks, ...more.marks],
  }
}

/** A further notification of money that is on record. */
export async function repeated(
  tx: Tx,
  event: PaymentEvent,
  inboxId: string,
  known: PaymentNow,
  now: Date,
): Promise<Change<Applied>> {
  const marks = await endParked(tx, known, now)
  await setEventState(tx, inboxId, 'applied', known.id)
  return { result: receipt(event, 'duplicate'), audit: [taken(event, inboxId, known.siteId, 'duplicate')], marks }
}

/** Money for nothing we know: kept where an operator sees it, once, however many notifications tell of it, and can say whose it is. */
export async function park(
  deps: MoneyDeps,
  tx: Tx,
  event: PaymentEvent,
  factId: string,
  inboxId: string,
  siteId: string | null,
  now: Date,
): Promise<Change<Applied>> {
  const isShown = await isCaptureParked(tx, event.provider, factId)
  await setEventState(tx, inboxId, 'parked', null)
  const subject = { kind: 'payment_event', id: inboxId, siteId }
  const marks = isShown ? [] : await alertOnce(deps, tx, 'payment_parked', subject, now)
  return { result: receipt(event, 'parked'), audit: [taken(event, inboxId, siteId, 'parked')], marks }
}

/**
 * What was still to be paid when this money was captured, and what was covered by then, in minor units: more than is due is too much,
 * and covers nothing. A stay that left in order owes nothing any more. Any other that is over owes what it left without paying, also
 * when somebody has looked at it since: what nobody asks for any more is taken off its price.
 */
async function owedFor(
  tx: Tx,
  quote: QuoteRow,
  session: SessionRow | undefined,
  site: SiteRow,
  capturedAt: Date,
): Promise<{ dueMinor: number; coveredMinor: number }> {
  if (session === undefined) return { dueMinor: quote.paidAt === null ? quote.amountMinor : 0, coveredMinor: 0 }
  if (session.state === 'void') return { dueMinor: 0, coveredMinor: 0 }
  const facts = await findBillFacts(tx, session.id)
  const { closedAt } = session
  const letOutAt = closedAt === null ? null : await findLetOutAt(tx, { ...session, closedAt })
  const pricing = await findPricing(tx, site.id, session.openedAt)
  const stay = { ...session, ...facts }
  const at = letOutAt ?? later(capturedAt, quote.pricedAt)
  const bill = billOf(stay, pricing, site, at)
  if (bill.kind === 'owed') return { dueMinor: bill.amountMinor, coveredMinor: facts.paidMinor }
  return { dueMinor: 0, coveredMinor: Math.min(facts.paidMinor, priceOf(stay, pricing, site, at)) }
}

/** A provider's clock may be behind ours: nothing is priced for an earlier moment than it was asked for. */
function later(one: Date, other: Date): Date {
  return one > other ? one : other
}

/**
 * Closes the quote and says until when the stay is paid, or null when what is left of the money does not cover what was owed of it. A
 * payment closes the quote, not the stay; money for a quote that has expired is kept and netted against the next.
 */
async function settleQuote(
  tx: Tx,
  quote: QuoteRow,
  session: SessionRow | undefined,
  payment: PaymentNow,
  settlesMinor: number,
  site: SiteRow,
): Promise<Date | null> {
  if (payment.amountMinor < settlesMinor) return null
  await markQuotePaid(tx, quote.id, payment.capturedAt)
  if (session === undefined) return null
  const { paidMinor } = await findBillFacts(tx, session.id)
  const paidUntil = leaveBy({ ...payment, quote }, paidMinor, site.exitBufferSeconds)
  if (paidUntil === null) return null
  const longest = latest(session.paidUntil, paidUntil)
  await updateSession(tx, session.id, { paidUntil: longest })
  return longest
}

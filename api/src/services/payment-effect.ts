import type { AlertKind } from '@turnpike/contracts/live-documents.ts'
import type { PaymentEvent, PaymentEventReceipt } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { billOf, priceOf } from '../domain/bill.ts'
import { later, openLivesMs } from '../domain/command-life.ts'
import { raiseAlertOnce, resolveAlert } from '../repositories/alerts.ts'
import type { Audit, Mark } from '../repositories/change.ts'
import { insertCommand } from '../repositories/commands.ts'
import { updatePass } from '../repositories/gates.ts'
import { findMoneyBack } from '../repositories/money-back.ts'
import { endParkedCapture, type PaymentRow, setNeeded } from '../repositories/payments.ts'
import { findBillFacts, findPricing } from '../repositories/quotes.ts'
import { type SessionRow, updateSession } from '../repositories/sessions.ts'
import { findFirstSite, type SiteRow } from '../repositories/sites.ts'
import type { WaitingCar } from '../repositories/waiting-car.ts'
import type { MoneyDeps } from './deps.ts'

/* What every effect of a payment event has in common. */

export type Applied = { receipt: PaymentEventReceipt; opened: boolean }

/** Another transaction about the same stay came in between: what was looked up before its lock may be out of date. */
export class Disturbed extends Error {}

/** Decisions about one stay are seconds apart; two in a row that disturb one payment would be a wonder. */
export async function untilUndisturbed<T>(work: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Disturbed && attempts > 1) return untilUndisturbed(work, attempts - 1)
    throw error
  }
}

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

/** What a stay costs that may end now for nothing more, in minor units; null where it owes something still. */
export async function settledPrice(tx: Tx, session: SessionRow, site: SiteRow, now: Date): Promise<number | null> {
  const pricing = await findPricing(tx, site.id, session.openedAt)
  const stay = { ...session, ...(await findBillFacts(tx, session.id)) }
  return billOf(stay, pricing, site, now).kind === 'settled' ? priceOf(stay, pricing, site, now) : null
}

/**
 * Tells the exit at which the car of a stay waits to open. It owes nothing any more: where no payment says until when, or that is over,
 * it has the time to leave from now on, so that it has left in order and is not asked again should the barrier fail. `priceMinor`: what
 * it has for that; null where the payment says so itself.
 */
export async function openForPayment(
  deps: MoneyDeps,
  tx: Tx,
  { sessionId, gateId, siteId, decisionId }: WaitingCar,
  paymentId: string,
  stay: { paidUntil: Date | null; priceMinor: number | null },
  { exitBufferSeconds }: SiteRow,
  now: Date,
): Promise<{ commandId: string; paidUntil: Date; mark: Mark }> {
  const commandId = deps.newId()
  const lasts = stay.paidUntil !== null && stay.paidUntil >= now
  const paidUntil = lasts ? stay.paidUntil! : later(now, exitBufferSeconds * 1000)
  if (!lasts) await updateSession(tx, sessionId, { paidUntil })
  if (!lasts && stay.priceMinor !== null) await setNeeded(tx, paymentId, stay.priceMinor)
  await insertCommand(tx, {
    id: commandId,
    siteId,
    gateId,
    action: 'open',
    reason: 'paid',
    streamed: true,
    decisionId,
    paymentId,
    issuedAt: now,
    expiresAt: later(now, openLivesMs),
  })
  await updatePass(tx, gateId, { commandId })
  return { commandId, paidUntil, mark: { kind: 'gate', id: gateId } }
}

/** The notifications of a capture that were parked wait no more, and nobody has to look at them. */
export async function endParked(
  tx: Tx,
  { provider, factId, id }: Pick<PaymentRow, 'provider' | 'factId'> & { id: string | null },
  now: Date,
): Promise<Mark[]> {
  const end = { state: id === null ? ('ignored' as const) : ('applied' as const), paymentId: id }
  const marks: Mark[] = []
  for (const eventId of await endParkedCapture(tx, provider, factId, end)) {
    const alertId = await resolveAlert(tx, 'payment_parked', eventId, now)
    if (alertId !== undefined) marks.push({ kind: 'alert', id: alertId })
  }
  return marks
}

/** Raises an alert about one thing, unless there is one; `siteId` null: at the first site, as whoever has all sites sees it there. */
export async function alertOnce(
  deps: MoneyDeps,
  tx: Tx,
  kind: AlertKind,
  subject: { kind: string; id: string; siteId: string | null },
  now: Date,
): Promise<Mark[]> {
  const siteId = subject.siteId ?? (await findFirstSite(tx))?.id
  if (siteId === undefined) return []
  const alert = { id: deps.newId(), siteId, kind, subjectKind: subject.kind, subjectId: subject.id, raisedAt: now }
  return (await raiseAlertOnce(tx, alert)) === undefined ? [] : [{ kind: 'alert', id: alert.id }]
}

/**
 * Raises what somebody should look at in what was taken back from a payment: more than was paid, or in another currency; a
 * dispute, which wants an answer in time; a refund while the vehicle is inside, whose exit asks again; a refund that failed.
 */
export async function alertMoneyBack(
  deps: MoneyDeps,
  tx: Tx,
  payment: Pick<PaymentRow, 'id' | 'siteId' | 'amountMinor'>,
  { refundedWhileInside = false, refundFailed = false },
  now: Date,
): Promise<{ kinds: AlertKind[]; marks: Mark[] }> {
  const { claimedMinor, inOtherCurrency, disputed } = await findMoneyBack(tx, payment.id)
  return alertEach(deps, tx, payment, now, [
    ['refund_exceeds_payment', claimedMinor > payment.amountMinor || inOtherCurrency],
    ['payment_disputed', disputed],
    ['refund_during_stay', refundedWhileInside],
    // The money is here again: somebody has to say what becomes of it.
    ['payment_surplus', refundFailed],
  ])
}

/** Raises the alerts about a payment that are wanted and not there yet. */
export async function alertEach(
  deps: MoneyDeps,
  tx: Tx,
  payment: Pick<PaymentRow, 'id' | 'siteId'>,
  now: Date,
  wanted: [AlertKind, boolean][],
): Promise<{ kinds: AlertKind[]; marks: Mark[] }> {
  const kinds: AlertKind[] = []
  const marks: Mark[] = []
  for (const [kind, isWanted] of wanted) {
    if (!isWanted) continue
    const raised = await alertOnce(deps, tx, kind, { kind: 'payment', id: payment.id, siteId: payment.siteId }, now)
    if (raised.length > 0) kinds.push(kind)
    marks.push(...raised)
  }
  return { kinds, marks }
}

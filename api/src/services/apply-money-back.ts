import type { PaymentChange, PaymentEvent, ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { isTakenBack, latestLeaveBy, type QuotedPayment } from '../domain/leave-by.ts'
import type { Audit, Change, Mark } from '../repositories/change.ts'
import { lockCapture, upsertDispute, upsertRefund } from '../repositories/money-back.ts'
import {
  findCapture,
  listQuotedPayments,
  type PaymentNow,
  setEventState,
  settleUpAgain,
} from '../repositories/payments.ts'
import { wantObject } from '../repositories/provider-objects.ts'
import { findBillFacts, findSite } from '../repositories/quotes.ts'
import { lockSession, type SessionRow, updateSession } from '../repositories/sessions.ts'
import type { MoneyDeps } from './deps.ts'
import { type Applied, alertMoneyBack, receipt, taken } from './payment-effect.ts'

type MoneyBack = Extract<PaymentChange, { kind: 'payment_refunded' | 'payment_disputed' }>
type Disputed = Extract<MoneyBack, { kind: 'payment_disputed' }>

/**
 * A refund or a dispute: a fact of the provider's, stored whatever we think of it. Told of before its payment it waits, parked, until
 * that comes. Money that went back is not paid any more: the exit of a vehicle that is inside, or comes back, asks again. How a
 * dispute ended may change, so it is asked for as well.
 */
export async function applyMoneyBack(
  deps: MoneyDeps,
  tx: Tx,
  event: PaymentEvent,
  said: MoneyBack,
  inboxId: string,
  now: Date,
): Promise<Change<Applied>> {
  const { provider } = event
  // The object before its payment, as whoever has fetched it locks them.
  if (said.kind === 'payment_disputed')
    await wantObject(tx, { provider, kind: 'dispute', objectId: said.factId }, null, now)
  const { payment, isNew, after, marks } = await keep(deps, tx, provider, said, 'told', now)
  const result = !isNew ? 'duplicate' : payment === undefined ? 'parked' : 'applied'
  await setEventState(tx, inboxId, payment === undefined ? 'parked' : 'applied', payment?.id ?? null)
  const entry = taken(event, inboxId, payment?.siteId ?? null, result)
  return { result: receipt(event, result), audit: [after === undefined ? entry : { ...entry, after }], marks }
}

/** A dispute as its provider says that it is now. `isOurs`: its payment is known. */
export async function applyFetchedDispute(
  deps: MoneyDeps,
  tx: Tx,
  provider: ProviderName,
  said: Disputed,
  now: Date,
): Promise<{ isOurs: boolean; audit: Audit[]; marks: Mark[] }> {
  const { payment, after, marks } = await keep(deps, tx, provider, said, 'asked', now)
  if (payment === undefined || after === undefined) return { isOurs: payment !== undefined, audit: [], marks }
  const subject = { siteId: payment.siteId, subjectKind: 'payment', subjectId: payment.id }
  return { isOurs: true, audit: [{ ...subject, action: 'payment.dispute_fetched', after }], marks }
}

/** `after`: what is different now; undefined where nothing is, or nobody knows the payment yet. */
async function keep(
  deps: MoneyDeps,
  tx: Tx,
  provider: ProviderName,
  said: MoneyBack,
  how: 'told' | 'asked',
  now: Date,
): Promise<{ payment: PaymentNow | undefined; isNew: boolean; after?: Record<string, unknown>; marks: Mark[] }> {
  await lockCapture(tx, provider, said.paymentFactId)
  const payment = await findCapture(tx, provider, said.paymentFactId)
  const isNew = await store(deps, tx, provider, said, payment?.id ?? null, how)
  if (payment === undefined || !isNew) return { payment, isNew, marks: [] }

  const session = payment.sessionId === null ? undefined : await lockSession(tx, payment.sessionId)
  const inside = session?.state === 'open'
  const isRefund = said.kind === 'payment_refunded'
  const left = session !== undefined && isRefund ? await leftFor(tx, session) : undefined
  const paidUntil = left && (await shorten(tx, left))
  const marks: Mark[] = [{ kind: 'payment', id: payment.id }]
  if (inside) marks.push({ kind: 'session', id: session.id })
  // What was too much, and went back, lets its vehicle leave as before. What was paid in advance was for what its stay costs in the end.
  const takenBack = left !== undefined && (payment.neededMinor === null || isTakenBack(left.payments, left.paidMinor))
  const refundedWhileInside = inside && takenBack && said.state === 'succeeded'
  const refundFailed = isRefund && said.state === 'failed'
  const alerts = await alertMoneyBack(deps, tx, payment, { refundedWhileInside, refundFailed }, now)
  if (session !== undefined && !isRefund && said.state === 'won') await settleUpAgain(tx, session.id)
  const { factId, state, amountMinor } = said
  const after = {
    paymentId: payment.id,
    sessionId: payment.sessionId,
    factId,
    state,
    amountMinor,
    ...(paidUntil === undefined ? {} : { paidUntil }),
    ...(alerts.kinds.length > 0 ? { alerts: alerts.kinds } : {}),
  }
  return { payment, isNew, after, marks: [...marks, ...alerts.marks] }
}

async function store(
  deps: MoneyDeps,
  tx: Tx,
  provider: ProviderName,
  said: MoneyBack,
  paymentId: string | null,
  how: 'told' | 'asked',
): Promise<boolean> {
  const { factId, paymentFactId, amountMinor, currency } = said
  const occurredAt = new Date(said.occurredAt)
  const row = { id: deps.newId(), provider, factId, paymentFactId, paymentId, amountMinor, currency, occurredAt }
  return said.kind === 'payment_refunded'
    ? upsertRefund(tx, { ...row, state: said.state })
    : upsertDispute(tx, { ...row, state: said.state }, how)
}

type Left = { session: SessionRow; payments: QuotedPayment[]; paidMinor: number }

/** The payments of a stay, and what is left of them. */
async function leftFor(tx: Tx, session: SessionRow): Promise<Left> {
  const { paidMinor } = await findBillFacts(tx, session.id)
  return { session, payments: await listQuotedPayments(tx, session.id), paidMinor }
}

/**
 * Until when the stay is paid by what is left: as before, where that is all that let its vehicle leave, and never later. Writes the
 * session in any case: a decision that was made from the money as it was must be made again.
 */
async function shorten(tx: Tx, { session, payments, paidMinor }: Left): Promise<Date | null> {
  const site = await findSite(tx, session.siteId)
  const left = latestLeaveBy(payments, paidMinor, site!.exitBufferSeconds)
  const paidUntil = isTakenBack(payments, paidMinor) ? earliest(session.paidUntil, left) : session.paidUntil
  await updateSession(tx, session.id, { paidUntil })
  return paidUntil
}

function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return null
  return one < other ? one : other
}

import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { later, openLivesMs } from '../domain/command-life.ts'
import { isId } from '../domain/id.ts'
import { latest, leaveBy } from '../domain/leave-by.ts'
import type { Change, Mark } from '../repositories/change.ts'
import { insertCommand } from '../repositories/commands.ts'
import { updatePass } from '../repositories/gates.ts'
import { adoptMoneyBack, lockCapture } from '../repositories/money-back.ts'
import { findCapture, insertPaymentOnce, type PaymentNow, setEventState } from '../repositories/payments.ts'
import { findSite, lockQuote, markQuotePaid, type QuoteRow } from '../repositories/quotes.ts'
import { findSession, lockSession, type SessionRow, updateSession } from '../repositories/sessions.ts'
import { lockWaitingCar } from '../repositories/waiting-car.ts'
import type { Deps } from './deps.ts'
import { type Applied, alertMoneyBack, Disturbed, receipt, taken } from './payment-effect.ts'

type Capture = Extract<PaymentChange, { kind: 'payment_captured' }>

/** Money came in: the payment, what it settles, and the `open` for a car that waits for it. */
export async function applyCapture(
  deps: Deps,
  tx: Tx,
  event: PaymentEvent,
  capture: Capture,
  inboxId: string,
  now: Date,
): Promise<Change<Applied>> {
  await lockCapture(tx, event.provider, capture.factId)
  const quote = isId(capture.reference) ? await lockQuote(tx, capture.reference) : undefined
  if (quote === undefined || quote.currency !== capture.currency) {
    await setEventState(tx, inboxId, 'parked', null)
    return {
      result: receipt(event, 'parked'),
      audit: [taken(event, inboxId, quote?.siteId ?? null, 'parked')],
      marks: [],
    }
  }
  // The gate's pass before the session, as every decision locks them. One that commits in between shows by the session's version.
  const before = quote.sessionId === null ? undefined : await findSession(tx, quote.sessionId)
  const waiting = quote.sessionId === null ? undefined : await lockWaitingCar(tx, quote.sessionId, now)
  const session = quote.sessionId === null ? undefined : await lockSession(tx, quote.sessionId)
  if (session?.version !== before?.version) throw new Disturbed('the session changed')
  const isNew = await insertPaymentOnce(tx, {
    id: deps.newId(),
    siteId: quote.siteId,
    provider: event.provider,
    factId: capture.factId,
    quoteId: quote.id,
    sessionId: quote.sessionId,
    amountMinor: capture.amountMinor,
    currency: capture.currency,
    capturedAt: new Date(capture.capturedAt),
  })
  await setEventState(tx, inboxId, 'applied', isNew?.id ?? null)
  if (isNew === undefined)
    return { result: receipt(event, 'duplicate'), audit: [taken(event, inboxId, quote.siteId, 'duplicate')], marks: [] }

  await adoptMoneyBack(tx, event.provider, capture.factId, isNew.id)
  const payment = (await findCapture(tx, event.provider, capture.factId))!
  const paidUntil = await settleQuote(tx, quote, session, payment)
  const marks: Mark[] = [{ kind: 'payment', id: payment.id }]
  if (quote.sessionId !== null) marks.push({ kind: 'session', id: quote.sessionId })
  let commandId: string | null = null
  if (waiting !== undefined && paidUntil !== null) {
    commandId = deps.newId()
    await insertCommand(tx, {
      id: commandId,
      siteId: waiting.siteId,
      gateId: waiting.gateId,
      action: 'open',
      reason: 'paid',
      streamed: true,
      decisionId: waiting.decisionId,
      paymentId: payment.id,
      issuedAt: now,
      expiresAt: later(now, openLivesMs),
    })
    await updatePass(tx, waiting.gateId, { commandId })
    marks.push({ kind: 'gate', id: waiting.gateId })
  }
  const refundedWhileInside = payment.refundedMinor > 0 && session?.state === 'open'
  const alerts = await alertMoneyBack(deps, tx, payment, refundedWhileInside, now)
  const after = {
    paymentId: payment.id,
    sessionId: quote.sessionId,
    amountMinor: payment.amountMinor,
    paidUntil,
    commandId,
    ...(payment.refundedMinor > 0 ? { refundedMinor: payment.refundedMinor } : {}),
    ...(alerts.kinds.length > 0 ? { alerts: alerts.kinds } : {}),
  }
  return {
    result: receipt(event, 'applied', commandId !== null),
    audit: [{ ...taken(event, inboxId, quote.siteId, 'applied'), after }],
    marks: [...marks, ...alerts.marks],
  }
}

/**
 * Closes the quote and says until when the stay is paid, or null when what is left of the money does not cover what was quoted. A
 * payment closes the quote, not the stay; money for a quote that has expired is kept and netted against the next.
 */
async function settleQuote(
  tx: Tx,
  quote: QuoteRow,
  session: SessionRow | undefined,
  payment: PaymentNow,
): Promise<Date | null> {
  if (payment.amountMinor < quote.amountMinor) return null
  await markQuotePaid(tx, quote.id, payment.capturedAt)
  if (session === undefined) return null
  const site = await findSite(tx, quote.siteId)
  const paidUntil = leaveBy({ ...payment, quote }, site!.exitBufferSeconds)
  if (paidUntil === null) return null
  const longest = latest(session.paidUntil, paidUntil)
  await updateSession(tx, session.id, { paidUntil: longest })
  return longest
}

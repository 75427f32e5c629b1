import type { PaymentChange, PaymentEvent, PaymentEventReceipt } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { later, openLivesMs } from '../domain/command-life.ts'
import { isId } from '../domain/id.ts'
import { Refusal } from '../errors.ts'
import { type Audit, type Change, change, type Mark, unchanged } from '../repositories/change.ts'
import { insertCommand } from '../repositories/commands.ts'
import { updatePass } from '../repositories/gates.ts'
import { insertEventOnce, insertPaymentOnce, setEventState, useTokenOnce } from '../repositories/payments.ts'
import { findSite, lockQuote, markQuotePaid, type QuoteRow } from '../repositories/quotes.ts'
import { findSession, lockSession, type SessionRow, updateSession } from '../repositories/sessions.ts'
import { lockWaitingCar } from '../repositories/waiting-car.ts'
import type { Deps } from './deps.ts'

type Capture = Extract<PaymentChange, { kind: 'payment_captured' }>
type Applied = { receipt: PaymentEventReceipt; opened: boolean }

/**
 * Takes one provider notification in: the token's id, the inbox row, the payment, the paid session, the `open` for a car that
 * waits, the record and the marks are one transaction. A repeat of the event, or of the capture, has no second effect.
 */
export async function recordPaymentEvent(
  deps: Deps,
  event: PaymentEvent,
  token: { jti: string; expiresAt: Date },
  requestId: string,
): Promise<PaymentEventReceipt> {
  const now = deps.now()
  const actor = { kind: 'provider' as const, id: event.provider, requestId }
  const applied = await untilUndisturbed(() =>
    change<Applied>(deps.database.db, actor, now, async (tx) => {
      if (!(await useTokenOnce(tx, token.jti, token.expiresAt)))
        throw new Refusal('unauthenticated', 'This token was used before. Sign a new one for every attempt.')
      const inboxId = await insertEventOnce(tx, {
        id: deps.newId(),
        provider: event.provider,
        eventId: event.eventId,
        eventType: event.eventType,
        state: 'ignored',
        change: event.change,
        receivedAt: now,
      })
      if (inboxId === undefined) return unchanged(receipt(event, 'duplicate'))
      return event.change.kind === 'payment_captured'
        ? recordCapture(deps, tx, event, event.change, inboxId, now)
        : { result: receipt(event, 'ignored'), audit: [taken(event, inboxId, null, 'ignored')], marks: [] }
    }),
  )
  if (applied.opened) deps.wakeCommandStreams()
  return applied.receipt
}

/** A decision about the same stay came in between: what was looked up of the gate may be out of date. */
class Disturbed extends Error {}

/** Decisions about one stay are seconds apart; two in a row that disturb one payment would be a wonder. */
async function untilUndisturbed<T>(work: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Disturbed && attempts > 1) return untilUndisturbed(work, attempts - 1)
    throw error
  }
}

async function recordCapture(
  deps: Deps,
  tx: Tx,
  event: PaymentEvent,
  capture: Capture,
  inboxId: string,
  now: Date,
): Promise<Change<Applied>> {
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
  const payment = await insertPaymentOnce(tx, {
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
  await setEventState(tx, inboxId, 'applied', payment?.id ?? null)
  if (payment === undefined)
    return { result: receipt(event, 'duplicate'), audit: [taken(event, inboxId, quote.siteId, 'duplicate')], marks: [] }

  const paidUntil = await settleQuote(tx, quote, session, capture)
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
  const after = {
    paymentId: payment.id,
    sessionId: quote.sessionId,
    amountMinor: payment.amountMinor,
    paidUntil,
    commandId,
  }
  return {
    result: receipt(event, 'applied', commandId !== null),
    audit: [{ ...taken(event, inboxId, quote.siteId, 'applied'), after }],
    marks,
  }
}

/**
 * Closes the quote and says until when the stay is paid, or null when the money does not cover what was quoted. A payment closes
 * the quote, not the stay; money for a quote that has expired is kept and netted against the next.
 */
async function settleQuote(
  tx: Tx,
  quote: QuoteRow,
  session: SessionRow | undefined,
  capture: Capture,
): Promise<Date | null> {
  const capturedAt = new Date(capture.capturedAt)
  if (capture.amountMinor < quote.amountMinor) return null
  await markQuotePaid(tx, quote.id, capturedAt)
  if (session === undefined || capturedAt > quote.expiresAt) return null
  const site = await findSite(tx, quote.siteId)
  const paidUntil = later(capturedAt, site!.exitBufferSeconds * 1000)
  const latest = session.paidUntil !== null && session.paidUntil > paidUntil ? session.paidUntil : paidUntil
  await updateSession(tx, session.id, { paidUntil: latest })
  return latest
}

function receipt(event: PaymentEvent, result: PaymentEventReceipt['result'], opened = false): Applied {
  return { receipt: { eventId: event.eventId, result }, opened }
}

function taken(event: PaymentEvent, inboxId: string, siteId: string | null, result: string): Audit {
  return {
    action: `payment_event.${result}`,
    siteId,
    subjectKind: 'payment_event',
    subjectId: inboxId,
    after: { eventType: event.eventType, kind: event.change.kind },
  }
}

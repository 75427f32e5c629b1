import type { QuoteAnswer, QuoteRequest } from '@turnpike/contracts/quote.ts'
import type { Tx } from '../db/client.ts'
import { settle } from '../domain/bill.ts'
import { later } from '../domain/command-life.ts'
import { toPlate } from '../domain/plate.ts'
import { mustLastUntil } from '../domain/quote-state.ts'
import { Refusal } from '../errors.ts'
import { raiseAlertOnce } from '../repositories/alerts.ts'
import { type Change, change, type Mark, unchanged } from '../repositories/change.ts'
import {
  findBillFacts,
  findOpenQuote,
  findPricing,
  findSite,
  insertQuote,
  withholdQuote,
} from '../repositories/quotes.ts'
import { findOpenSession, lockSession, type SessionRow, updateSession } from '../repositories/sessions.ts'
import type { SiteRow } from '../repositories/sites.ts'
import type { Deps } from './deps.ts'
import { shownQuote } from './shown-quote.ts'

/**
 * What a driver owes at a site now, as a quote that can be paid. Nothing owed, never seen and mistyped all get the same answer, so
 * that nobody learns which cars are inside.
 */
export async function quoteStay(deps: Deps, request: QuoteRequest, requestId: string): Promise<QuoteAnswer> {
  const now = deps.now()
  const { db } = deps.database
  const plate = toPlate(request.plate)
  if (plate === undefined) throw new Refusal('invalid_request', 'The plate has no letter and no digit.')
  const site = await findSite(db, request.siteId)
  if (site === undefined) throw new Refusal('not_found', 'There is no such site.')
  const session = await findOpenSession(db, site.id, plate.plate)
  if (session === undefined) return { quote: null }
  const actor = { kind: 'driver' as const, id: null, requestId }
  const quoteId = await change(db, actor, now, (tx) => quoteLocked(deps, tx, site, session.id, now))
  return { quote: quoteId === null ? null : await shownQuote(deps, quoteId) }
}

/**
 * The quote of what a session owes, or null. The session is locked, and a new quote makes it another version: the exit, or another
 * driver, that asks at the same moment finds this quote and makes no second one that could be paid beside it.
 */
async function quoteLocked(
  deps: Deps,
  tx: Tx,
  site: SiteRow,
  sessionId: string,
  now: Date,
): Promise<Change<string | null>> {
  const session = await lockSession(tx, sessionId)
  if (session?.state !== 'open') return unchanged(null)
  const pricing = await findPricing(tx, site.id, session.openedAt)
  const bill = settle({ ...session, ...(await findBillFacts(tx, sessionId)) }, pricing, site, now)
  if (bill.kind === 'settled') return unchanged(null)
  // Asking again does not make a second quote that could be paid beside the first, unless that ends too soon to be paid.
  const open = await findOpenQuote(tx, sessionId, bill.amountMinor, mustLastUntil(site, now))
  const isAsItShouldBe = !bill.needsReview || (session.needsReview && open?.chargeAutomatically === false)
  if (open !== undefined && isAsItShouldBe) return unchanged(open.id)
  const quoteId = open?.id ?? deps.newId()
  const marks = bill.needsReview ? await flagForReview(deps, tx, session, now) : []
  if (open !== undefined) await withholdQuote(tx, quoteId)
  else
    await insertQuote(tx, {
      id: quoteId,
      siteId: site.id,
      plateId: session.plateId,
      sessionId,
      tariffId: bill.tariffId,
      amountMinor: bill.amountMinor,
      currency: site.currency,
      lines: bill.lines,
      chargedFrom: bill.chargedFrom,
      pricedAt: now,
      expiresAt: later(now, site.quoteValidSeconds * 1000),
      chargeAutomatically: !bill.needsReview,
    })
  await updateSession(tx, sessionId, {})
  const after = { sessionId, amountMinor: bill.amountMinor, needsReview: bill.needsReview }
  const action = open === undefined ? 'quote.made' : 'quote.withheld'
  const entry = { action, siteId: site.id, subjectKind: 'quote', subjectId: quoteId, after }
  return { result: quoteId, audit: [entry], marks }
}

/** As at the exit: what somebody should look at is flagged, and can be paid all the same. */
async function flagForReview(deps: Deps, tx: Tx, { id, siteId, needsReview }: SessionRow, now: Date): Promise<Mark[]> {
  if (needsReview) return []
  await updateSession(tx, id, { needsReview: true })
  const alertId = await raiseAlertOnce(tx, {
    id: deps.newId(),
    siteId,
    kind: 'session_needs_review',
    subjectKind: 'session',
    subjectId: id,
    raisedAt: now,
  })
  const ofSession: Mark = { kind: 'session', id }
  return alertId === undefined ? [ofSession] : [ofSession, { kind: 'alert', id: alertId }]
}

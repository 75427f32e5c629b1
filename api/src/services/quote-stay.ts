import type { PublicQuote, QuoteAnswer, QuoteRequest } from '@turnpike/contracts/quote.ts'
import { tariffRules } from '@turnpike/contracts/tariff.ts'
import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { settle } from '../domain/decide.ts'
import { toPlate } from '../domain/plate.ts'
import { quoteStateOf } from '../domain/quote-state.ts'
import { Refusal } from '../errors.ts'
import { type Change, change, unchanged } from '../repositories/change.ts'
import { findCover, findOpenQuote, findQuote, findSite, findTariff, insertQuote } from '../repositories/quotes.ts'
import { findOpenSession, lockSession, updateSession } from '../repositories/sessions.ts'
import type { SiteRow } from '../repositories/sites.ts'
import type { Deps } from './deps.ts'

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
  return { quote: quoteId === null ? null : await showQuote(deps, quoteId) }
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
  const tariff = await findTariff(tx, site.id, session.openedAt)
  const bill = settle(
    { ...session, ...(await findCover(tx, sessionId)) },
    tariff ? { id: tariff.id, rules: tariffRules.parse(tariff.rules) } : null,
    site,
    now,
  )
  if (bill.kind === 'settled') return unchanged(null)
  const open = await findOpenQuote(tx, sessionId, bill.amountMinor, now)
  if (open !== undefined) return unchanged(open)
  const { id } = await insertQuote(tx, {
    id: deps.newId(),
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
  })
  await updateSession(tx, sessionId, {})
  const after = { sessionId, amountMinor: bill.amountMinor }
  const entry = { action: 'quote.made', siteId: site.id, subjectKind: 'quote', subjectId: id, after }
  return { result: id, audit: [entry], marks: [] }
}

/** A quote as its page shows it. */
export async function showQuote(deps: Deps, quoteId: string): Promise<PublicQuote> {
  const found = await findQuote(deps.database.db, quoteId)
  if (found === undefined) throw new Refusal('not_found', 'There is no such quote. Ask for a new one with your plate.')
  const { quote, siteName, timeZone, stay } = found
  const state = quoteStateOf(quote, stay, deps.now())
  return {
    id: quote.id,
    siteId: quote.siteId,
    siteName,
    timeZone,
    state,
    amountMinor: quote.amountMinor,
    currency: quote.currency,
    lines: quote.lines,
    from: quote.chargedFrom.toISOString(),
    pricedAt: quote.pricedAt.toISOString(),
    expiresAt: quote.expiresAt.toISOString(),
    leaveBy: state === 'paid' ? (stay?.paidUntil?.toISOString() ?? null) : null,
  }
}

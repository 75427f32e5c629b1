import type { PublicQuote, QuoteAnswer, QuoteRequest } from '@turnpike/contracts/quote.ts'
import { tariffRules } from '@turnpike/contracts/tariff.ts'
import { later } from '../domain/command-life.ts'
import { settle } from '../domain/decide.ts'
import { toPlate } from '../domain/plate.ts'
import { quoteStateOf } from '../domain/quote-state.ts'
import { Refusal } from '../errors.ts'
import { change } from '../repositories/change.ts'
import { findCover, findOpenQuote, findQuote, findSite, findTariff, insertQuote } from '../repositories/quotes.ts'
import { findOpenSession } from '../repositories/sessions.ts'
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
  const tariff = await findTariff(db, site.id, session.openedAt)
  const cover = await findCover(db, session.id)
  const bill = settle(
    { ...session, ...cover },
    tariff ? { id: tariff.id, rules: tariffRules.parse(tariff.rules) } : null,
    site,
    now,
  )
  if (bill.kind === 'settled') return { quote: null }
  // Asking again does not make a second quote that could be paid beside the first.
  const open = await findOpenQuote(db, session.id, bill.amountMinor, now)
  if (open !== undefined) return { quote: await showQuote(deps, open) }
  const quoteId = deps.newId()
  await change(db, { kind: 'driver', id: null, requestId }, now, async (tx) => {
    const quote = await insertQuote(tx, {
      id: quoteId,
      siteId: site.id,
      plateId: session.plateId,
      sessionId: session.id,
      tariffId: bill.tariffId,
      amountMinor: bill.amountMinor,
      currency: site.currency,
      lines: bill.lines,
      chargedFrom: bill.chargedFrom,
      pricedAt: now,
      expiresAt: later(now, site.quoteValidSeconds * 1000),
    })
    const after = { sessionId: session.id, amountMinor: quote.amountMinor }
    const entry = { action: 'quote.made', siteId: site.id, subjectKind: 'quote', subjectId: quote.id, after }
    return { result: undefined, audit: [entry], marks: [] }
  })
  return { quote: await showQuote(deps, quoteId) }
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

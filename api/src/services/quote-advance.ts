import type { AdvanceRequest, QuoteAnswer } from '@turnpike/contracts/quote.ts'
import { tariffRules } from '@turnpike/contracts/tariff.ts'
import { later } from '../domain/command-life.ts'
import { mustLastUntil } from '../domain/quote-state.ts'
import { priceStay } from '../domain/tariff/price-stay.ts'
import { Refusal } from '../errors.ts'
import { change, unchanged } from '../repositories/change.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { findOpenAdvance, findSite, findTariff, insertQuote } from '../repositories/quotes.ts'
import type { Deps } from './deps.ts'
import { shownQuote } from './shown-quote.ts'
import { vehiclesOf } from './terms.ts'

/**
 * A quote for so many minutes from now, whether the vehicle is inside or not and whatever it owes: nobody learns anything by asking.
 * What is paid for it is netted against the stay of the vehicle, this one or the next.
 */
export async function quoteAdvance(
  deps: Deps,
  { siteId, plate, minutes }: AdvanceRequest,
  requestId: string,
): Promise<QuoteAnswer> {
  const now = deps.now()
  const { db } = deps.database
  const vehicles = vehiclesOf([plate], 'plate')
  const site = await findSite(db, siteId)
  if (site === undefined) throw new Refusal('not_found', 'There is no such site.')
  const tariff = await findTariff(db, siteId, now)
  const price = tariff && priceStay(tariffRules.parse(tariff.rules), site, now, later(now, minutes * 60_000))
  if (tariff === undefined || price === undefined || price.amountMinor === 0) return { quote: null }
  const quoteId = await change(db, { kind: 'driver', id: null, requestId }, now, async (tx) => {
    const [plateId] = await upsertPlates(tx, vehicles, deps.newId)
    const open = await findOpenAdvance(tx, siteId, plateId!, price.amountMinor, mustLastUntil(site, now))
    if (open !== undefined) return unchanged(open.id)
    const id = deps.newId()
    await insertQuote(tx, {
      id,
      siteId,
      plateId: plateId!,
      tariffId: tariff.id,
      amountMinor: price.amountMinor,
      currency: site.currency,
      lines: price.lines,
      chargedFrom: now,
      pricedAt: later(now, minutes * 60_000),
      expiresAt: later(now, site.quoteValidSeconds * 1000),
      credit: true,
    })
    const after = { amountMinor: price.amountMinor, credit: true }
    return {
      result: id,
      audit: [{ action: 'quote.made', siteId, subjectKind: 'quote', subjectId: id, after }],
      marks: [],
    }
  })
  return { quote: await shownQuote(deps, quoteId) }
}

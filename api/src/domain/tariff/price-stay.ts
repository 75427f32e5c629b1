import type { QuoteLine, QuoteLineDetail } from '@turnpike/contracts/quote.ts'
import { largestAmountMinor, type TariffRules } from '@turnpike/contracts/tariff.ts'
import { toQuoteLine } from './line-text.ts'
import { Meter } from './meter.ts'
import { SiteClock } from './site-clock.ts'
import { vatIncludedIn, vatOn } from './vat.ts'

const minute = 60_000

/** A sum in minor units, and the lines that add up to it. */
export type Price = { amountMinor: number; lines: QuoteLine[] }
/** Where a tariff applies: an IANA time zone, an ISO 4217 currency. */
type Site = { timeZone: string; currency: string }
type Charged = { detail: QuoteLineDetail; amountMinor: number }[]

/**
 * What a stay from `from` to `to` costs at a site. For one `from`, a later `to` never costs less: the graces forgive time, the
 * meter only grows, and VAT grows with it.
 * @throws RangeError when the site's time zone does not exist
 */
export function priceStay(rules: TariffRules, site: Site, from: Date, to: Date): Price {
  const entry = from.getTime()
  const elapsed = to.getTime() - entry
  if (elapsed <= rules.entryGraceMinutes * minute) return { amountMinor: 0, lines: [] }
  const begin = entry + rules.freeMinutes * minute
  const end = to.getTime() - rules.exitGraceMinutes * minute
  if (begin >= end) return { amountMinor: 0, lines: [] }

  const clock = new SiteClock(site.timeZone, entry, end)
  const stayCapMinor = Math.min(rules.stayCapMinor ?? largestAmountMinor, largestAmountMinor)
  const charged = new Meter(rules, stayCapMinor, clock, entry).run(begin, end).details()
  const free: Charged =
    rules.freeMinutes === 0
      ? []
      : [{ detail: { code: 'free_minutes', params: { minutes: rules.freeMinutes } }, amountMinor: 0 }]
  return addUp([...free, ...charged], rules, site)
}

/** What a `prepaid` site asks at the entry; null: its tariff names no such sum. */
export function pricePrepaid(rules: TariffRules, site: Site): Price | null {
  if (rules.prepaidMinor === null) return null
  return addUp([{ detail: { code: 'prepaid', params: {} }, amountMinor: rules.prepaidMinor }], rules, site)
}

function addUp(charged: Charged, { vat }: TariffRules, { currency }: Site): Price {
  const sumMinor = charged.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const all: Charged = [...charged]
  if (vat?.included) {
    const vatMinor = vatIncludedIn(sumMinor, vat)
    all.push({ detail: { code: 'vat_included', params: { percent: vat.percent, vatMinor } }, amountMinor: 0 })
  } else if (vat !== null)
    all.push({ detail: { code: 'vat_added', params: { percent: vat.percent } }, amountMinor: vatOn(sumMinor, vat) })
  return {
    amountMinor: all.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    lines: all.map(({ detail, amountMinor }) => toQuoteLine(detail, amountMinor, currency)),
  }
}

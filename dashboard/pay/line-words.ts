import { decimalAmount } from '@turnpike/contracts/currency-decimals.ts'
import type { QuoteLine, QuoteLineDetail } from '@turnpike/contracts/quote.ts'
import type { Words } from './i18n/en.ts'
import { currentLanguage, words } from './language.ts'

/** What a line of a price says: the API's own English, or the same in another language. */
export function lineText({ text, detail }: QuoteLine, currency: string): string {
  return currentLanguage() === 'en' || detail === undefined ? text : describe(detail, currency, words())
}

/** The same in words that are given. */
export function describe({ code, params }: QuoteLineDetail, currency: string, { line: said }: Words): string {
  const sum = (amountMinor: number) => decimalAmount(amountMinor, currency).replace('.', said.decimalMark)
  switch (code) {
    case 'free_minutes':
      return said.free_minutes(span(params.minutes))
    case 'increments': {
      const price = params.unitMinor === 0 ? said.free : said.at(sum(params.unitMinor))
      const band = params.band === null ? '' : `${params.band.name}: `
      return `${band}${said.increments(params.count, span(params.minutes), params.byTheClock)}${price}`
    }
    case 'flat': {
      if (params.unitMinor === 0)
        return params.band === null ? said.freeOfCharge : `${bandText(params.band)}${said.bandFree}`
      const what = params.band === null ? said.flat : `${bandText(params.band)}${said.bandFlat}`
      return params.count === 1 ? what : `${params.count} × ${what}${said.at(sum(params.unitMinor))}`
    }
    case 'band_cap':
      return `${times(params.count)}${params.band === null ? said.parking : bandText(params.band)}${said.atMost(sum(params.capMinor))}`
    case 'day_cap':
      return `${times(params.count)}${said.day}${said.atMost(sum(params.capMinor))}`
    case 'stay_cap':
      return `${said.stay}${said.atMost(sum(params.capMinor))}`
    case 'vat_included':
      return said.vatIncluded(params.percent, sum(params.vatMinor))
    case 'vat_added':
      return said.vatAdded(params.percent)
    case 'prepaid':
    case 'already_paid':
    case 'adjusted':
      return said[code]
  }
}

const times = (count: number) => (count === 1 ? '' : `${count} × `)
const bandText = ({ name, from, to }: { name: string; from: string; to: string }) => `${name} ${from}–${to}`
const span = (minutes: number) => (minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`)

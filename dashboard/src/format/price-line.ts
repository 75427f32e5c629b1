import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import type { LineWords } from '../i18n/price-line-en.ts'

/**
 * What a line of a price says, e.g. "2 × 30 min at €1.20". Quotes of earlier versions have the API's English text only.
 * @param money writes a sum in minor units
 */
export function priceLine(
  { text, detail }: QuoteLine,
  said: LineWords,
  money: (amountMinor: number) => string,
): string {
  if (detail === undefined) return text
  const { code, params } = detail
  switch (code) {
    case 'free_minutes':
      return said.free_minutes(span(params.minutes))
    case 'increments': {
      const price = params.unitMinor === 0 ? said.free : said.at(money(params.unitMinor))
      const band = params.band === null ? '' : `${params.band.name}: `
      return `${band}${said.increments(params.count, span(params.minutes), params.byTheClock)}${price}`
    }
    case 'flat': {
      if (params.unitMinor === 0)
        return params.band === null ? said.freeOfCharge : `${bandText(params.band)}${said.bandFree}`
      const what = params.band === null ? said.flat : `${bandText(params.band)}${said.bandFlat}`
      return params.count === 1 ? what : `${params.count} × ${what}${said.at(money(params.unitMinor))}`
    }
    case 'band_cap':
      return `${times(params.count)}${params.band === null ? said.parking : bandText(params.band)}${said.atMost(money(params.capMinor))}`
    case 'day_cap':
      return `${times(params.count)}${said.day}${said.atMost(money(params.capMinor))}`
    case 'stay_cap':
      return `${said.stay}${said.atMost(money(params.capMinor))}`
    case 'vat_included':
      return said.vatIncluded(params.percent, money(params.vatMinor))
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

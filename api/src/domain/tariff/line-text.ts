import { decimalAmount } from '@turnpike/contracts/currency-decimals.ts'
import type { QuoteLine, QuoteLineDetail } from '@turnpike/contracts/quote.ts'

/** A line of a price as a driver reads it, in English, e.g. "2 × 30 min at 1.20". */
export function toQuoteLine(detail: QuoteLineDetail, amountMinor: number, currency: string): QuoteLine {
  return { text: textOf(detail, currency), amountMinor, detail }
}

function textOf(detail: QuoteLineDetail, currency: string): string {
  const sum = (amountMinor: number) => decimalAmount(amountMinor, currency)
  const { code, params } = detail
  switch (code) {
    case 'free_minutes':
      return `First ${durationText(params.minutes)} free`
    case 'increments': {
      const increments = `${params.count} × ${durationText(params.minutes)}${params.byTheClock ? ' by the clock' : ''}`
      const text = params.unitMinor === 0 ? `${increments} free` : `${increments} at ${sum(params.unitMinor)}`
      return params.band === null ? text : `${params.band.name}: ${text}`
    }
    case 'flat': {
      const what = params.band === null ? 'Flat price' : `${bandText(params.band)}, flat`
      if (params.unitMinor === 0) return params.band === null ? 'Free of charge' : `${bandText(params.band)}, free`
      return params.count === 1 ? what : `${params.count} × ${what} at ${sum(params.unitMinor)}`
    }
    case 'band_cap':
      return `${times(params.count)}${params.band === null ? 'Parking' : bandText(params.band)}, at most ${sum(params.capMinor)}`
    case 'day_cap':
      return `${times(params.count)}Day, at most ${sum(params.capMinor)}`
    case 'stay_cap':
      return `Stay, at most ${sum(params.capMinor)}`
    case 'vat_included':
      return `VAT ${params.percent} % included: ${sum(params.vatMinor)}`
    case 'vat_added':
      return `VAT ${params.percent} %`
    case 'prepaid':
      return 'Entry'
    case 'already_paid':
      return 'Already paid'
    case 'adjusted':
      return 'Adjusted by the operator'
  }
}

const times = (count: number) => (count === 1 ? '' : `${count} × `)

function bandText({ name, from, to }: { name: string; from: string; to: string }): string {
  const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1)
  return `${name} ${capital(from)}–${capital(to)}`
}

function durationText(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`
}

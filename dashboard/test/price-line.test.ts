import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import { expect, test } from 'vitest'
import { formatMoney } from '../src/format/money.ts'
import { priceLine } from '../src/format/price-line.ts'
import { lineDe } from '../src/i18n/price-line-de.ts'
import { lineEn } from '../src/i18n/price-line-en.ts'

const band = { name: 'Night', from: '20:00', to: '08:00' }
const lines: [NonNullable<QuoteLine['detail']>, english: string, german: string][] = [
  [
    { code: 'increments', params: { count: 7, minutes: 30, byTheClock: false, unitMinor: 150, band: null } },
    '7 × 30 min at €1.50',
    '7 × 30 min zu 1,50 €',
  ],
  [
    { code: 'increments', params: { count: 1, minutes: 60, byTheClock: true, unitMinor: 0, band } },
    'Night: 1 × 1 h by the clock free',
    'Night: 1 × 1 h nach der Uhr frei',
  ],
  [
    { code: 'band_cap', params: { count: 1, capMinor: 600, band } },
    'Night 20:00–08:00, at most €6.00',
    'Night 20:00–08:00, höchstens 6,00 €',
  ],
  [
    { code: 'vat_included', params: { percent: '19', vatMinor: 168 } },
    'VAT 19 % included: €1.68',
    '19 % USt. enthalten: 1,68 €',
  ],
]

test.each(lines)(
  'a price line of $code says its sums in the currency, in both languages',
  (detail, english, german) => {
    const money = (locale: string) => (amountMinor: number) =>
      formatMoney(amountMinor, 'EUR', locale).replaceAll(/\s/g, ' ')
    const line = { text: 'as the API says it', amountMinor: 0, detail }
    expect(priceLine(line, lineEn, money('en-GB'))).toBe(english)
    expect(priceLine(line, lineDe, money('de-DE'))).toBe(german)
  },
)

test('a line of a quote from before lines had details keeps its English text', () => {
  expect(priceLine({ text: '7 × 30 min at 1.50', amountMinor: 1050 }, lineDe, String)).toBe('7 × 30 min at 1.50')
})

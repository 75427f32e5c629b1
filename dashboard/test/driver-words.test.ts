import type { PublicQuote, QuoteLine } from '@turnpike/contracts/quote.ts'
import { expect, test } from 'vitest'
import { de } from '../pay/i18n/de.ts'
import { en } from '../pay/i18n/en.ts'
import { describe } from '../pay/line-words.ts'
import { whatNext } from '../pay/pages/paid-page.ts'

const lines: [QuoteLine, string][] = [
  [
    {
      text: '7 × 30 min at 1.50',
      amountMinor: 1050,
      detail: { code: 'increments', params: { count: 7, minutes: 30, byTheClock: false, unitMinor: 150, band: null } },
    },
    '7 × 30 min zu 1,50',
  ],
  [
    {
      text: 'Night 20:00–08:00, at most 6.00',
      amountMinor: -300,
      detail: {
        code: 'band_cap',
        params: { count: 1, capMinor: 600, band: { name: 'Night', from: '20:00', to: '08:00' } },
      },
    },
    'Night 20:00–08:00, höchstens 6,00',
  ],
  [
    {
      text: 'VAT 19 % included: 1.68',
      amountMinor: 0,
      detail: { code: 'vat_included', params: { percent: '19', vatMinor: 168 } },
    },
    '19 % USt. enthalten: 1,68',
  ],
]

test.each(lines)('$text is said in German too, and in English as the API says it', ({ text, detail }, german) => {
  expect(describe(detail!, 'EUR', de)).toBe(german)
  expect(describe(detail!, 'EUR', en)).toBe(text)
})

test('what the driver should do follows what the barrier does', () => {
  const leaveBy = '2026-11-25T13:35:00Z'
  const quote = { leaveBy, timeZone: 'Europe/Berlin', credit: false, left: false, gate: null } as PublicQuote
  const at = (gate: PublicQuote['gate'], changes: Partial<PublicQuote> = {}) =>
    whatNext({ ...quote, gate, ...changes }, en)
  expect(at(null)).toBe('The barrier opens when you get there, until 14:35. Call for help if it stays closed.')
  expect(at({ openCommand: 'sent', observedState: 'closed' })).toMatch(/^The barrier is opening/)
  expect(at({ openCommand: 'sent', observedState: 'open' })).toBe('The barrier is open. Have a good trip!')
  expect(at({ openCommand: 'executed', observedState: null })).toBe('The barrier has opened. Have a good trip!')
  expect(at({ openCommand: 'sent', observedState: 'fault' })).toMatch(/fault/)
  expect(at({ openCommand: null, observedState: 'closed' })).toMatch(/until 14:35/)
  expect(at(null, { left: true })).toBe('The barrier has opened. Have a good trip!')
  expect(at(null, { leaveBy: null })).toMatch(/^Your payment is recorded/)
  expect(at(null, { credit: true })).toBe(en.creditPaidHint)
})

import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import { expect, test } from 'vitest'
import { en } from '../pay/i18n/en.ts'
import { whatNext } from '../pay/pages/paid-page.ts'

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

import { expect, test } from 'vitest'
import { amountText, readAmount } from '../src/format/amount.ts'

test.each([
  ['4.50', 'EUR', 450],
  ['4,5', 'EUR', 450],
  [' 12 ', 'EUR', 1200],
  ['0.07', 'EUR', 7],
  ['500', 'JPY', 500],
  ['1.234', 'KWD', 1234],
])('%s %s is %i minor units, and is written as that again', (text, currency, amountMinor) => {
  expect(readAmount(text, currency)).toBe(amountMinor)
  expect(readAmount(amountText(amountMinor, currency), currency)).toBe(amountMinor)
})

test.each(['', '-4', '4.505', 'four', '1e3', '4.5.0', '4 50'])('%j is no sum in EUR', (text) => {
  expect(readAmount(text, 'EUR')).toBeUndefined()
})

test('yen have no decimals', () => {
  expect(readAmount('5.0', 'JPY')).toBeUndefined()
  expect(amountText(500, 'JPY')).toBe('500')
})

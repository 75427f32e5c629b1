import { describe, expect, test } from 'vitest'
import { ProviderRefused } from '../src/errors.ts'
import { fromStripeAmount, toStripeAmount } from '../src/stripe/amount.ts'
import { NotUnderstood } from '../src/understand.ts'

describe.each([
  ['EUR', 450, 450],
  ['JPY', 500, 500],
  ['KWD', 5120, 5120],
  ['HUF', 104500, 104500],
  ['ISK', 5, 500],
  ['UGX', 5000, 500000],
  ['MGA', 500000, 5000],
])('%s', (currency, amountMinor, stripeAmount) => {
  test('goes to Stripe in its unit', () => {
    expect(toStripeAmount(amountMinor, currency)).toBe(stripeAmount)
  })
  test('comes back as the sum that was asked', () => {
    expect(fromStripeAmount(stripeAmount, currency)).toBe(amountMinor)
  })
})

test.each([
  ['KWD', 5124],
  ['MGA', 1050],
])('a sum in %s that Stripe cannot charge is refused, never rounded', (currency, amountMinor) => {
  expect(() => toStripeAmount(amountMinor, currency)).toThrow(ProviderRefused)
})

test('a fraction of a currency without one is not understood, never rounded', () => {
  expect(() => fromStripeAmount(4010, 'ISK')).toThrow(NotUnderstood)
})

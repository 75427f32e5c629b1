import type { Amount } from './paypal-kept.ts'
import { notPossible } from './paypal-refusal.ts'

/** https://developer.paypal.com/reference/currency-codes/ ; three have no decimals at PayPal. */
const taken = new Set(
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD'.split(' '),
)
const whole = new Set(['HUF', 'JPY', 'TWD'])

const decimalsOf = (currency: string) => (whole.has(currency) ? 0 : 2)

/** @throws PaypalRefusal when PayPal does not take this currency, or the value has other decimals than it */
export function checkAmount({ currency_code, value }: Amount): Amount {
  if (!taken.has(currency_code))
    throw notPossible('CURRENCY_NOT_SUPPORTED', 'Currency code is not currently supported.')
  const decimals = value.split('.')[1]?.length ?? 0
  if (decimals > decimalsOf(currency_code))
    throw notPossible(
      decimalsOf(currency_code) === 0 ? 'DECIMALS_NOT_SUPPORTED' : 'DECIMAL_PRECISION',
      'If the currency supports decimals, only two decimal place precision is supported.',
    )
  if (Number(value) <= 0)
    throw notPossible(
      'CANNOT_BE_ZERO_OR_NEGATIVE',
      'Must be greater than zero. If the currency supports decimals, only two decimal place precision is supported.',
    )
  return { currency_code, value: write(read({ currency_code, value }), currency_code) }
}

/** In the currency's smallest unit at PayPal. */
export function read({ currency_code, value }: Amount): number {
  return Math.round(Number(value) * 10 ** decimalsOf(currency_code))
}

export function write(units: number, currency: string): string {
  return (units / 10 ** decimalsOf(currency)).toFixed(decimalsOf(currency))
}

export function amountOf(units: number, currency: string): Amount {
  return { currency_code: currency, value: write(units, currency) }
}

/** What PayPal keeps of a payment: 2.49 % and 35 of the smallest unit, more or less. */
export function feeOf(units: number): number {
  return Math.min(units, Math.round(units * 0.0249) + 35)
}

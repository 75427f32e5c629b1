import { currencyDecimals } from '@turnpike/contracts/currency-decimals.ts'

/**
 * A sum as people read it, e.g. `formatMoney(450, 'EUR', 'en')` is "€4.50". Exact: no floating point is involved.
 * @param amountMinor integer in minor units of `currency` (ISO 4217)
 */
export function formatMoney(amountMinor: number, currency: string, locale?: string): string {
  const digits = currencyDecimals(currency)
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(`${amountMinor}E-${digits}` as Intl.StringNumericLiteral)
}

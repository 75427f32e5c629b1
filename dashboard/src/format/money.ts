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

/**
 * A sum above nothing as somebody typed it, in minor units: `parseMoney('4,50', 'EUR')` is 450. A comma and a point both separate
 * decimals. Undefined for what is no such sum, or finer than the currency.
 */
export function parseMoney(text: string, currency: string): number | undefined {
  const digits = currencyDecimals(currency)
  const [, whole, decimals = ''] = /^(\d{1,7})(?:[.,](\d*))?$/.exec(text.trim()) ?? []
  if (whole === undefined || decimals.length > digits) return undefined
  return Number(whole + decimals.padEnd(digits, '0')) || undefined
}

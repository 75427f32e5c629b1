/**
 * Decimals of each currency by ISO 4217 where they are not two. `Intl` cannot be asked: its data follow cash usage (forint and
 * rupiah without decimals), which would show a hundred times the sum owed.
 */
const decimals: Record<string, number> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((c) => [c, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((c) => [c, 3])),
  CLF: 4,
  UYW: 4,
}

/**
 * A sum as people read it, e.g. `formatMoney(450, 'EUR', 'en')` is "€4.50". Exact: no floating point is involved.
 * @param amountMinor integer in minor units of `currency` (ISO 4217)
 */
export function formatMoney(amountMinor: number, currency: string, locale?: string): string {
  const digits = decimals[currency] ?? 2
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(`${amountMinor}E-${digits}` as Intl.StringNumericLiteral)
}

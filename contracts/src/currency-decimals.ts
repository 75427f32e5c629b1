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

/** How many decimals the minor unit of a currency makes: 2 for EUR, 0 for JPY, 3 for KWD. */
export function currencyDecimals(currency: string): number {
  return decimals[currency] ?? 2
}

/** A sum as a decimal number, e.g. "4.50" for 450 EUR: exact, for people and for spreadsheets. */
export function decimalAmount(amountMinor: number, currency: string): string {
  const decimals = currencyDecimals(currency)
  if (decimals === 0) return String(amountMinor)
  const digits = String(Math.abs(amountMinor)).padStart(decimals + 1, '0')
  return `${amountMinor < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

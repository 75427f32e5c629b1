import { currencyDecimals } from '@turnpike/contracts/currency-decimals.ts'

/** A sum as somebody typed it, in minor units; undefined where it is none or has more decimals than the currency. Exact. */
export function readAmount(text: string, currency: string): number | undefined {
  const digits = currencyDecimals(currency)
  const [, whole, fraction = ''] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim()) ?? []
  if (whole === undefined || fraction.length > digits) return undefined
  return Number(whole + fraction.padEnd(digits, '0'))
}

/** A sum to be changed in a field: "4.50". */
export function amountText(amountMinor: number, currency: string): string {
  const digits = currencyDecimals(currency)
  const text = String(amountMinor).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

import type { Vat } from '@turnpike/contracts/tariff.ts'

/** Thousandths of a percent that make the whole: percentages have up to three decimals. */
const whole = 100_000

/** The VAT in a sum that includes it, rounded to the minor unit, half up. */
export function vatIncludedIn(grossMinor: number, vat: Vat): number {
  const rate = rateOf(vat)
  return divideRounded(grossMinor * rate, whole + rate)
}

/** The VAT on top of a sum, rounded to the minor unit, half up. */
export function vatOn(netMinor: number, vat: Vat): number {
  return divideRounded(netMinor * rateOf(vat), whole)
}

function rateOf({ percent }: Vat): number {
  const [units, decimals = ''] = percent.split('.') as [string, string?]
  return Number(units) * 1000 + Number(decimals.padEnd(3, '0'))
}

// In integers throughout: a billion at 99.999 % stays far below 2^53.
function divideRounded(numerator: number, denominator: number): number {
  const doubled = 2 * numerator + denominator
  return (doubled - (doubled % (2 * denominator))) / (2 * denominator)
}

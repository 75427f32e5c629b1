import { ProviderRefused } from '../errors.ts'
import { NotUnderstood } from '../understand.ts'

/**
 * Where Stripe's amounts are not in ISO 4217 minor units (https://docs.stripe.com/currencies, "Zero-decimal currencies" and
 * "Special cases"): ISK and UGX have no minor unit but are sent as hundredths that end in 00; MGA has two decimals in ISO 4217
 * and none at Stripe. Every other currency, zero-decimal and three-decimal ones included, agrees with ISO 4217.
 */
const hundredthsAtStripe = new Set(['ISK', 'UGX'])
const wholeUnitsAtStripe = new Set(['MGA'])

/** Stripe and the card networks need the last of three decimals to be 0 (same page, "Three-decimal currencies"). */
const lastDecimalIsZero = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])

/**
 * An ISO 4217 amount as Stripe wants it.
 * @throws ProviderRefused (`amount_not_chargeable`) when Stripe has no such amount: money is never rounded here.
 */
export function toStripeAmount(amountMinor: number, currency: string): number {
  if (hundredthsAtStripe.has(currency)) return amountMinor * 100
  if (wholeUnitsAtStripe.has(currency) && amountMinor % 100 !== 0) throw notChargeable(amountMinor, currency, 100)
  if (wholeUnitsAtStripe.has(currency)) return amountMinor / 100
  if (lastDecimalIsZero.has(currency) && amountMinor % 10 !== 0) throw notChargeable(amountMinor, currency, 10)
  return amountMinor
}

/**
 * A Stripe amount in ISO 4217 minor units.
 * @throws NotUnderstood when it holds a fraction that the currency does not have.
 */
export function fromStripeAmount(amount: number, currency: string): number {
  if (wholeUnitsAtStripe.has(currency)) return amount * 100
  if (!hundredthsAtStripe.has(currency)) return amount
  if (amount % 100 !== 0) throw new NotUnderstood(`amount_total: ${currency} comes in multiples of 100 from Stripe`)
  return amount / 100
}

function notChargeable(amountMinor: number, currency: string, step: number): ProviderRefused {
  const detail = `Stripe charges ${currency} in steps of ${step} minor units, not ${amountMinor}: round the tariff to that step`
  return new ProviderRefused('amount_not_chargeable', detail)
}

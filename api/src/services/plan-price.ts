import type { PlanPrice } from '@turnpike/contracts/subscription.ts'
import { Refusal } from '../errors.ts'

/** The price of a plan as its columns; nothing where it stays as it is. */
export function priceColumns(price: PlanPrice | null | undefined) {
  if (price === undefined) return {}
  return {
    amountMinor: price?.amountMinor ?? null,
    currency: price?.currency ?? null,
    periodEvery: price?.period.every ?? null,
    periodUnit: price?.period.unit ?? null,
    trialDays: price?.trialDays ?? 0,
  }
}

export function requirePriced(offeredPublicly: boolean | undefined, price: PlanPrice | null | undefined) {
  if (offeredPublicly && !price)
    throw new Refusal('invalid_request', 'A plan that drivers may buy needs a price: set it, or take the offer back.')
}

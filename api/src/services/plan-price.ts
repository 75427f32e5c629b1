import type { PlanPrice } from '@turnpike/contracts/subscription.ts'
import type { Tx } from '../db/client.ts'
import { Refusal } from '../errors.ts'
import { listCurrencies } from '../repositories/sites.ts'

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

/** Money is counted by site: a plan is paid in the currency of all its sites. And what drivers may buy has a price. */
export async function requirePriced(
  tx: Tx,
  {
    offeredPublicly,
    price,
    siteIds,
  }: { offeredPublicly?: boolean | undefined; price?: PlanPrice | null | undefined; siteIds: string[] },
) {
  if (price && (await listCurrencies(tx, siteIds)).some((currency) => currency !== price.currency))
    throw new Refusal('conflict', `Not every one of its sites takes ${price.currency}: make a plan for each currency.`)
  if (offeredPublicly && !price)
    throw new Refusal('invalid_request', 'A plan that drivers may buy needs a price: set it, or take the offer back.')
}

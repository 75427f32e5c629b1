import type { PublicPlans } from '@turnpike/contracts/holder.ts'
import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { toPlanPrice } from '../domain/items.ts'
import { listOfferedPlans } from '../repositories/plans.ts'
import type { Deps } from './deps.ts'

/** The plans that drivers may buy, at one site or at all. */
export async function listPublicPlans(deps: Deps, siteId: string | undefined): Promise<PublicPlans> {
  const rows = await listOfferedPlans(deps.database.db, siteId)
  const providers = Object.keys(deps.providers) as ProviderName[]
  return {
    items: rows.flatMap(({ sites, ...plan }) => {
      const price = toPlanPrice(plan)
      return price === null ? [] : [{ id: plan.id, name: plan.name, sites, ...price, providers }]
    }),
  }
}

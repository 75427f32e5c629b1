import type { NewTariff, TariffItem } from '@turnpike/contracts/tariff-revision.ts'
import { toTariffItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { lockSite } from '../repositories/sites.ts'
import { insertTariff } from '../repositories/tariffs.ts'
import { type Caller, requireSite } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { subjects } from './subjects.ts'

/** The next revision of a site's prices. It prices stays that begin once it is valid: none that has begun is priced anew. */
export async function reviseTariff(
  deps: Deps,
  caller: Caller,
  { changeReason, siteId, rules, ...wanted }: NewTariff,
): Promise<TariffItem> {
  requireSite(caller.operator, siteId, 'manager')
  const row = await create(deps, caller, subjects.tariff, {
    reason: changeReason,
    async insert(tx, id, now) {
      const validFrom = wanted.validFrom === undefined ? now : new Date(wanted.validFrom)
      if (validFrom < now)
        throw new Refusal(
          'invalid_request',
          'validFrom must not lie in the past: stays that have begun keep their price.',
        )
      await lockSite(tx, siteId)
      await insertTariff(tx, { id, siteId, validFrom, rules })
      return []
    },
  })
  return toTariffItem(row)
}

import type { NewTariff } from '@turnpike/contracts/tariff-revision.ts'
import { toTariffItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { lockSite } from '../repositories/sites.ts'
import { insertTariff } from '../repositories/tariffs.ts'
import { requireSite } from './access.ts'
import { making } from './edit.ts'
import { subjects } from './subjects.ts'

/** The next revision of a site's prices. It prices stays that begin once it is valid: none that has begun is priced anew. */
export const reviseTariff = making(
  subjects.tariff,
  toTariffItem,
  async (tx, id, { siteId, rules, ...wanted }: NewTariff, { operator, now }) => {
    requireSite(operator, siteId, 'manager')
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
)

import type { NewSite, SiteItem } from '@turnpike/contracts/site.ts'
import { toSiteItem } from '../domain/items.ts'
import { listAdminIds } from '../repositories/operators.ts'
import { insertSite } from '../repositories/sites.ts'
import { fitPlaces } from '../repositories/slots.ts'
import { type Caller, requireRole } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { subjects } from './subjects.ts'

/** A new car park with all its places free. It has no tariff yet: until it gets one, nothing is owed there. */
export async function createSite(deps: Deps, caller: Caller, { changeReason, ...site }: NewSite): Promise<SiteItem> {
  requireRole(caller.operator, 'admin')
  const row = await create(deps, caller, subjects.site, {
    reason: changeReason,
    async insert(tx, id) {
      await insertSite(tx, { id, ...site })
      await fitPlaces(tx, id, site.capacity)
      const admins = await listAdminIds(tx)
      return [{ kind: 'site', id }, ...admins.map((admin) => ({ kind: 'operator' as const, id: admin }))]
    },
  })
  return toSiteItem(row)
}

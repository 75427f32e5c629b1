import type { SiteChange, SiteItem } from '@turnpike/contracts/site.ts'
import { toSiteItem } from '../domain/items.ts'
import { updateCamerasAt } from '../repositories/cameras.ts'
import { updateSite } from '../repositories/sites.ts'
import { fitPlaces } from '../repositories/slots.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/** New settings of a car park. One made smaller than what is taken admits nobody until enough cars have left. */
export async function changeSite(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, ...set }: SiteChange,
): Promise<SiteItem> {
  const row = await edit(deps, caller, subjects.site, {
    id,
    saw,
    role: 'manager',
    action: 'changed',
    reason: changeReason,
    async apply(tx, before) {
      await updateSite(tx, id, set)
      if (set.capacity !== undefined && set.capacity !== before.capacity) await fitPlaces(tx, id, set.capacity)
      if (set.timeZone !== undefined) await updateCamerasAt(tx, { siteId: id })
      return [{ kind: 'site', id }]
    },
  })
  return toSiteItem(row)
}

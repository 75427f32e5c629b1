import type { SiteChange } from '@turnpike/contracts/site.ts'
import { toSiteItem } from '../domain/items.ts'
import { updateCamerasAt } from '../repositories/cameras.ts'
import { updateSite } from '../repositories/sites.ts'
import { fitPlaces } from '../repositories/slots.ts'
import { changing } from './edit.ts'
import { subjects } from './subjects.ts'

/**
 * New settings of a car park. One made smaller than what is taken admits nobody until enough cars have left. Its cameras are
 * remembered with its time zone: a new one makes every process look at them again.
 */
export const changeSite = changing(
  subjects.site,
  toSiteItem,
  'manager',
  'changed',
  async (tx, { id, capacity }, set: SiteChange) => {
    await updateSite(tx, id, set)
    if (set.timeZone !== undefined) await updateCamerasAt(tx, { siteId: id })
    if (set.capacity !== undefined && set.capacity !== capacity) await fitPlaces(tx, id, set.capacity)
    return [{ kind: 'site', id }]
  },
)

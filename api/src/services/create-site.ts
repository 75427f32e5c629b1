import type { NewSite } from '@turnpike/contracts/site.ts'
import { toSiteItem } from '../domain/items.ts'
import { listAdminIds } from '../repositories/operators.ts'
import { insertSite } from '../repositories/sites.ts'
import { fitPlaces } from '../repositories/slots.ts'
import { requireRole } from './access.ts'
import { making } from './edit.ts'
import { subjects } from './subjects.ts'

/** A new car park with all its places free. It has no tariff yet: until it gets one, nothing is owed there. */
export const createSite = making(subjects.site, toSiteItem, async (tx, id, site: NewSite, { operator }) => {
  requireRole(operator, 'admin')
  await insertSite(tx, { id, ...site })
  await fitPlaces(tx, id, site.capacity)
  const admins = await listAdminIds(tx)
  return [{ kind: 'site', id }, ...admins.map((admin) => ({ kind: 'operator' as const, id: admin }))]
})

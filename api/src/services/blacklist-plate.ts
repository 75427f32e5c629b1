import type { NewBlacklistEntry } from '@turnpike/contracts/blacklist.ts'
import { toBlacklistItem } from '../domain/items.ts'
import { insertBlacklistEntry } from '../repositories/blacklist.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { requireSites } from './access.ts'
import { making } from './edit.ts'
import { subjects } from './subjects.ts'
import { periodOf, vehiclesOf } from './terms.ts'

/** Refuses entry to a vehicle from now on, at one site or, as an admin, at all. Exits stay as they are. */
export const blacklistPlate = making(
  subjects.blacklistEntry,
  toBlacklistItem,
  async (tx, id, { plate, ...wanted }: NewBlacklistEntry, { deps, operator, now }) => {
    requireSites(operator, wanted.siteId === null ? 'all' : [wanted.siteId], 'operator')
    const [plateId] = await upsertPlates(tx, vehiclesOf([plate], 'plate'), deps.newId)
    await insertBlacklistEntry(tx, { id, ...wanted, ...periodOf(wanted, now), plateId: plateId! })
    return []
  },
)

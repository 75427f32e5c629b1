import type { BlacklistItem, NewBlacklistEntry } from '@turnpike/contracts/blacklist.ts'
import { toBlacklistItem } from '../domain/items.ts'
import { insertBlacklistEntry } from '../repositories/blacklist.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { type Caller, requireSites, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { subjects } from './subjects.ts'
import { requirePeriod, vehiclesOf } from './terms.ts'

/** Refuses entry to a vehicle from now on, at one site or, as an admin, at all. Exits stay as they are. */
export async function blacklistPlate(
  deps: Deps,
  caller: Caller,
  { changeReason, plate, ...wanted }: NewBlacklistEntry,
): Promise<BlacklistItem> {
  requireSites(caller.operator, wanted.siteId === null ? 'all' : [wanted.siteId], 'operator')
  const vehicle = vehiclesOf([plate], 'plate')
  const row = await create(deps, caller, subjects.blacklistEntry, {
    reason: changeReason,
    async insert(tx, id, now) {
      const validFrom = wanted.validFrom === undefined ? now : new Date(wanted.validFrom)
      const validUntil = wanted.validUntil === null ? null : new Date(wanted.validUntil)
      requirePeriod(validFrom, validUntil)
      const [plateId] = await upsertPlates(tx, vehicle, deps.newId)
      await insertBlacklistEntry(tx, { id, ...wanted, plateId: plateId!, validFrom, validUntil })
      return []
    },
  })
  return toBlacklistItem(row, viewOf(caller.operator, deps.now()))
}

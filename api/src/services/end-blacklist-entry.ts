import { toBlacklistItem } from '../domain/items.ts'
import { updateBlacklistEntry } from '../repositories/blacklist.ts'
import { ending } from './edit.ts'
import { subjects } from './subjects.ts'
import { endNow } from './terms.ts'

/** Lets a vehicle in again from now on. That it was refused until now stays on record. */
export const endBlacklistEntry = ending(
  subjects.blacklistEntry,
  toBlacklistItem,
  'operator',
  'ended',
  async (tx, before, now) => {
    await updateBlacklistEntry(tx, before.id, { validUntil: endNow(before, now) })
    return []
  },
)

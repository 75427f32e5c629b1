import { toBlacklistItem } from '../domain/items.ts'
import { updateBlacklistEntry } from '../repositories/blacklist.ts'
import { ending } from './edit.ts'
import { subjects } from './subjects.ts'
import { endNow } from './terms.ts'

/** Ends an entry now: the vehicle may enter again. */
export const endBlacklistEntry = ending(
  subjects.blacklistEntry,
  toBlacklistItem,
  'operator',
  'ended',
  async (tx, before, now) => {
    await updateBlacklistEntry(tx, before.id, endNow(before, now))
    return []
  },
)

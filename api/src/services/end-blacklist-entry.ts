import { toBlacklistItem } from '../domain/items.ts'
import { updateBlacklistEntry } from '../repositories/blacklist.ts'
import { subjects } from './subjects.ts'
import { endingNow } from './terms.ts'

/** Lets a vehicle in again from now on. That it was refused until now stays on record. */
export const endBlacklistEntry = endingNow(subjects.blacklistEntry, toBlacklistItem, 'operator', updateBlacklistEntry)

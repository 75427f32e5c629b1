import type { BlacklistChange } from '@turnpike/contracts/blacklist.ts'
import { toBlacklistItem } from '../domain/items.ts'
import { updateBlacklistEntry } from '../repositories/blacklist.ts'
import { changing } from './edit.ts'
import { subjects } from './subjects.ts'
import { newEndOf } from './terms.ts'

/** A better reason, or another end. */
export const changeBlacklistEntry = changing(
  subjects.blacklistEntry,
  toBlacklistItem,
  'operator',
  'changed',
  async (tx, before, { reason, validUntil }: BlacklistChange, { now }) => {
    await updateBlacklistEntry(tx, before.id, { reason, validUntil: newEndOf(before, validUntil, now) })
    return []
  },
)

import type { BlacklistChange, BlacklistItem } from '@turnpike/contracts/blacklist.ts'
import { toBlacklistItem } from '../domain/items.ts'
import { updateBlacklistEntry } from '../repositories/blacklist.ts'
import { type Caller, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'
import { requireNotEnded, requirePeriod } from './terms.ts'

/** A better reason, or another end. */
export async function changeBlacklistEntry(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, reason, validUntil: until }: BlacklistChange,
): Promise<BlacklistItem> {
  const validUntil = typeof until === 'string' ? new Date(until) : until
  const row = await edit(deps, caller, subjects.blacklistEntry, {
    id,
    saw,
    role: 'operator',
    action: 'changed',
    reason: changeReason,
    async apply(tx, before, now) {
      requireNotEnded(before.validUntil, now)
      if (validUntil !== undefined) requirePeriod(before.validFrom, validUntil)
      await updateBlacklistEntry(tx, id, { reason, validUntil })
      return []
    },
  })
  return toBlacklistItem(row, viewOf(caller.operator, deps.now()))
}

import type { BlacklistItem } from '@turnpike/contracts/blacklist.ts'
import { toBlacklistItem } from '../domain/items.ts'
import { endedAt } from '../domain/validity.ts'
import { updateBlacklistEntry } from '../repositories/blacklist.ts'
import { type Caller, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'
import { requireNotEnded } from './terms.ts'

/** Lets a vehicle in again from now on. That it was refused until now stays on record. */
export async function endBlacklistEntry(deps: Deps, caller: Caller, id: string, saw: number): Promise<BlacklistItem> {
  const row = await edit(deps, caller, subjects.blacklistEntry, {
    id,
    saw,
    role: 'operator',
    action: 'ended',
    async apply(tx, before, now) {
      requireNotEnded(before.validUntil, now)
      await updateBlacklistEntry(tx, id, { validUntil: endedAt(before.validFrom, now) })
      return []
    },
  })
  return toBlacklistItem(row, viewOf(caller.operator, deps.now()))
}

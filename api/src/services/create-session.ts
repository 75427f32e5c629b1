import type { NewSession } from '@turnpike/contracts/session.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { insertMissedStay } from './missed-stay.ts'
import { subjects } from './subjects.ts'

/** Puts a stay on record whose entry nobody saw. Resolves to its id. */
export async function createSession(
  deps: Deps,
  caller: Caller,
  { changeReason, ...wanted }: NewSession,
): Promise<string> {
  const { id } = await create(deps, caller, subjects.session, {
    reason: changeReason,
    insert: (tx, id, now) => insertMissedStay(deps, caller, tx, id, wanted, now),
  })
  return id
}

import type { SessionChange } from '@turnpike/contracts/session.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { putStayRight } from './put-stay-right.ts'
import { subjects } from './subjects.ts'

/** Puts a stay right: its plate, its beginning, its end, what is asked for it, or that somebody has looked at it. */
export async function changeSession(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, ...wanted }: SessionChange,
): Promise<void> {
  await edit(deps, caller, subjects.session, {
    id,
    saw,
    role: 'operator',
    action: 'changed',
    reason: changeReason,
    apply: (tx, session, now) => putStayRight(deps, tx, session, wanted, now),
  })
}

import type { InvitedOperator, NewOperator } from '@turnpike/contracts/operator.ts'
import { toOperatorItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { findOperatorByEmail, insertOperator, setOperatorSites } from '../repositories/operators.ts'
import { type Caller, requireRole } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { holdRights, requireExistingSites } from './rights.ts'
import { subjects } from './subjects.ts'

/**
 * Makes somebody an operator by e-mail: an account to sign in with, and rights here. Until both are there the account may do
 * nothing, so it comes first.
 */
export async function inviteOperator(
  deps: Deps,
  caller: Caller,
  { changeReason, siteIds, ...person }: NewOperator,
): Promise<InvitedOperator> {
  requireRole(caller.operator, 'admin')
  requireExistingSites(caller.operator, siteIds)
  await requireNewEmail(deps.database.db, person.email)
  const { uid, invitationUrl } = await deps.accounts.invite(person.email, person.name).catch((cause: unknown) => {
    throw new Refusal('unavailable', 'The account could not be made. Try again in a minute.', { cause })
  })
  const row = await create(deps, caller, subjects.operator, {
    reason: changeReason,
    async insert(tx, id) {
      await holdRights(tx, caller.operator)
      await requireNewEmail(tx, person.email)
      await insertOperator(tx, { id, ...person, firebaseUid: uid })
      await setOperatorSites(tx, id, person.role === 'admin' ? [] : [...new Set(siteIds)])
      return [{ kind: 'operator', id }]
    },
  })
  return { ...toOperatorItem(row), invitationUrl }
}

async function requireNewEmail(db: Parameters<typeof findOperatorByEmail>[0], email: string) {
  if ((await findOperatorByEmail(db, email)) !== undefined)
    throw new Refusal('conflict', 'There is an operator with this e-mail already. Change that one.')
}

import type { OperatorChange, OperatorItem } from '@turnpike/contracts/operator.ts'
import { toOperatorItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { setOperatorSites, updateOperator } from '../repositories/operators.ts'
import type { Caller } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { holdRights, requireExistingSites } from './rights.ts'
import { subjects } from './subjects.ts'

/**
 * New rights of an operator. They count from his next request on; after that his sessions are ended, so that what still runs under
 * the old rights stops too.
 */
export async function changeOperator(
  deps: Deps,
  caller: Caller,
  id: string,
  saw: number,
  { changeReason, siteIds, disabled, ...set }: OperatorChange,
): Promise<OperatorItem> {
  const row = await edit(deps, caller, subjects.operator, {
    id,
    saw,
    role: 'admin',
    action: 'changed',
    reason: changeReason,
    async apply(tx, before, now) {
      await holdRights(tx, caller.operator)
      const role = set.role ?? before.role
      if (id === caller.operator.id && (role !== 'admin' || disabled === true))
        throw new Refusal('conflict', 'Nobody takes his own rights away. Ask another admin.')
      if (siteIds !== undefined) requireExistingSites(caller.operator, siteIds)
      await updateOperator(tx, id, { ...set, ...(disabled === undefined ? {} : { disabledAt: disabled ? now : null }) })
      if (role === 'admin') await setOperatorSites(tx, id, [])
      else if (siteIds !== undefined) await setOperatorSites(tx, id, [...new Set(siteIds)])
      return [{ kind: 'operator', id }]
    },
  })
  if (disabled !== undefined || set.role !== undefined || siteIds !== undefined)
    await tellAccount(deps, row.firebaseUid, disabled)
  return toOperatorItem(row)
}

async function tellAccount({ accounts }: Deps, uid: string, disabled: boolean | undefined) {
  try {
    if (disabled !== undefined) await accounts.setDisabled(uid, disabled)
    await accounts.signOut(uid)
  } catch (cause) {
    throw new Refusal(
      'unavailable',
      'The new rights are stored and count already, but open sessions could not be ended. Send the change again to end them.',
      { cause },
    )
  }
}

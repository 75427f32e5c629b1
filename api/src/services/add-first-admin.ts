import { Refusal } from '../errors.ts'
import { change } from '../repositories/change.ts'
import { insertOperator, listActiveAdmins, lockRights } from '../repositories/operators.ts'
import type { Deps } from './deps.ts'

/**
 * Makes the admin who invites everybody else, where there is none: from then on rights are given by an admin alone. Returns the link
 * that sets the password.
 * @throws Refusal `conflict` where somebody is an admin already; the database's error where the e-mail is an operator's.
 */
export async function addFirstAdmin(
  { database, accounts, now, newId }: Pick<Deps, 'database' | 'accounts' | 'now' | 'newId'>,
  { email, name }: { email: string; name: string },
): Promise<{ id: string; invitationUrl: string }> {
  refuseSecond(await listActiveAdmins(database.db))
  const { uid, invitationUrl } = await accounts.invite(email, name)
  const at = now()
  const id = newId()
  await change(database.db, { kind: 'system', id: 'operator:first', requestId: null }, at, async (tx) => {
    await lockRights(tx)
    refuseSecond(await listActiveAdmins(tx))
    await insertOperator(tx, { id, email, name, role: 'admin', firebaseUid: uid })
    return {
      result: undefined,
      audit: [
        {
          action: 'operator.created',
          siteId: null,
          subjectKind: 'operator',
          subjectId: id,
          after: { role: 'admin', siteIds: 'all' },
          reason: 'the first admin',
        },
      ],
      marks: [{ kind: 'operator', id }],
    }
  })
  return { id, invitationUrl }
}

function refuseSecond(admins: string[]) {
  if (admins.length > 0)
    throw new Refusal('conflict', `There is an admin already, who can invite others: ${admins.join(', ')}.`)
}

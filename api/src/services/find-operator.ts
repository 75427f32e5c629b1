import { Refusal } from '../errors.ts'
import { change, measured } from '../repositories/change.ts'
import { findOperatorByUid, rememberSignIn } from '../repositories/operators.ts'
import type { Operator } from './access.ts'
import type { Deps } from './deps.ts'

/**
 * The operator behind a verified Firebase uid. Rows in Postgres are the authority: a change of them counts at once. That he came is
 * kept the first time: from then on he is not only invited.
 */
export async function findOperator(deps: Deps, firebaseUid: string): Promise<Operator> {
  const operator = await findOperatorByUid(deps.database.db, firebaseUid)
  if (operator === undefined || operator.disabledAt !== null)
    throw new Refusal('forbidden', 'This account is no operator here, or was disabled. Ask an administrator.')
  if (operator.signedInAt === null) {
    const now = deps.now()
    await change(deps.database.db, { kind: 'operator', id: operator.id, requestId: null }, now, async (tx) =>
      measured(await rememberSignIn(tx, operator.id, now)),
    )
  }
  return operator
}

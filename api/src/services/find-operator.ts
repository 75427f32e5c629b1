import { Refusal } from '../errors.ts'
import { findOperatorByUid } from '../repositories/operators.ts'
import type { Operator } from './access.ts'
import type { Deps } from './deps.ts'

/** The operator behind a verified Firebase uid. Rows in Postgres are the authority: a change of them counts at once. */
export async function findOperator(deps: Deps, firebaseUid: string): Promise<Operator> {
  const operator = await findOperatorByUid(deps.database.db, firebaseUid)
  if (operator === undefined || operator.disabledAt !== null)
    throw new Refusal('forbidden', 'This account is no operator here, or was disabled. Ask an administrator.')
  return operator
}

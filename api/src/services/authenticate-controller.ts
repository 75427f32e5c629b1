import { hashKey } from '../domain/device-key.ts'
import { Refusal } from '../errors.ts'
import { findGateByKeyHash, type GateRow } from '../repositories/gates.ts'
import type { Deps } from './deps.ts'

/** The gate that a controller's key belongs to, which must be the one it speaks of. */
export async function authenticateController(deps: Deps, gateId: string, key: string | undefined): Promise<GateRow> {
  const gate = key === undefined ? undefined : await findGateByKeyHash(deps.database.db, hashKey(key))
  if (gate === undefined || gate.id !== gateId)
    throw new Refusal('unauthenticated', 'No gate with this id and controller key. Send the key as a Bearer token.')
  return gate
}

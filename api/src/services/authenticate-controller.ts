import { isOneOf } from '../domain/device-key.ts'
import { isId } from '../domain/id.ts'
import { Refusal } from '../errors.ts'
import { findGate, type GateRow } from '../repositories/gates.ts'
import type { Deps } from './deps.ts'

/** The gate that a controller speaks of, if the key is one of that gate's and the gate is in use. */
export async function authenticateController(deps: Deps, gateId: string, key: string | undefined): Promise<GateRow> {
  const gate = key === undefined || !isId(gateId) ? undefined : await findGate(deps.database.db, gateId)
  if (gate === undefined || gate.retiredAt !== null || !isOneOf(gate.controllerKeyHashes, key!))
    throw new Refusal('unauthenticated', 'No gate with this id and controller key. Send the key as a Bearer token.')
  return gate
}

import { isOneOf } from '../domain/device-key.ts'
import { isId } from '../domain/id.ts'
import { Refusal } from '../errors.ts'
import { findGate, type GateRow } from '../repositories/gates.ts'
import { atMost } from './at-most.ts'
import type { Deps } from './deps.ts'

/** A controller that reconnects while Postgres hangs should hear the stream again soon. */
const lookUpWithinMs = 1_000

/**
 * The gate that a controller speaks of, if the key is one of that gate's and the gate is in use. While Postgres is away, what the
 * process remembers of the gate counts.
 */
export async function authenticateController(
  deps: Pick<Deps, 'database' | 'lanes' | 'strangers'>,
  gateId: string,
  key: string | undefined,
): Promise<GateRow> {
  const gate = key === undefined || !isId(gateId) ? undefined : await lookUp(deps, gateId)
  if (gate === undefined || gate.retiredAt !== null || !isOneOf(gate.controllerKeyHashes, key!))
    throw new Refusal('unauthenticated', 'No gate with this id and controller key. Send the key as a Bearer token.')
  deps.strangers.hasProved(gate.id)
  return gate
}

/** Whether whom this process let in at `since` has lost its key or its gate meanwhile, as far as the process remembers. */
export function isShutOut({ lanes }: Pick<Deps, 'lanes'>, gateId: string, key: string, since: Date): boolean {
  const lookedAt = lanes.lookedAt()
  if (lookedAt === null || lookedAt <= since) return false
  const gate = lanes.gate(gateId)
  return gate === undefined || !isOneOf(gate.controllerKeyHashes, key)
}

async function lookUp({ database, lanes, strangers }: Pick<Deps, 'database' | 'lanes' | 'strangers'>, gateId: string) {
  if (lanes.gate(gateId) === undefined) strangers.lookUp(gateId)
  return atMost(lookUpWithinMs, findGate(database.db, gateId)).catch((error: unknown) => {
    const remembered = lanes.gate(gateId)
    if (remembered === undefined) throw error
    return remembered
  })
}

import type { GateWithKey, NewGate } from '@turnpike/contracts/site.ts'
import { hashKey } from '../domain/device-key.ts'
import { defaultGatePolicies } from '../domain/fail-policy.ts'
import { toGateItem } from '../domain/items.ts'
import { insertGate } from '../repositories/gates.ts'
import { type Caller, requireSite } from './access.ts'
import type { Deps } from './deps.ts'
import { create } from './edit.ts'
import { subjects } from './subjects.ts'

/** A new lane with the first key of its controller, which is shown this once. */
export async function createGate(deps: Deps, caller: Caller, { changeReason, ...gate }: NewGate): Promise<GateWithKey> {
  requireSite(caller.operator, gate.siteId, 'manager')
  const key = deps.newKey()
  const policies = defaultGatePolicies(gate.direction)
  const row = await create(deps, caller, subjects.gate, {
    reason: changeReason,
    async insert(tx, id) {
      await insertGate(tx, {
        id,
        ...gate,
        onApiDown: gate.onApiDown ?? policies.onApiDown,
        onDbDown: gate.onDbDown ?? policies.onDbDown,
        onSlow: gate.onSlow ?? policies.onSlow,
        onCameraUnsure: gate.onCameraUnsure ?? policies.onCameraUnsure,
        controllerKeyHashes: [hashKey(key)],
      })
      return [{ kind: 'gate', id }]
    },
  })
  return { ...toGateItem(row), key }
}

import type { GateDirection } from '@turnpike/contracts/gate-command.ts'
import type { FailPolicy, Failure } from '@turnpike/contracts/site.ts'

/** What a new gate does in each failure unless its maker says otherwise: nobody is trapped, and nobody gets in who may not. */
export function defaultFailPolicies(direction: GateDirection): Record<Failure, FailPolicy> {
  const policy = direction === 'exit' ? 'open' : 'allow_list'
  return { api_down: policy, db_down: policy, slow: policy, camera_unsure: policy }
}

/** The same as columns of a gate. */
export function defaultGatePolicies(direction: GateDirection) {
  const policies = defaultFailPolicies(direction)
  return {
    onApiDown: policies.api_down,
    onDbDown: policies.db_down,
    onSlow: policies.slow,
    onCameraUnsure: policies.camera_unsure,
  }
}

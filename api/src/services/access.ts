import { atLeast, type Role } from '@turnpike/contracts/operator.ts'
import { Refusal } from '../errors.ts'
import type { OperatorRow } from '../repositories/operators.ts'

export type Operator = Pick<OperatorRow, 'id' | 'role' | 'siteIds' | 'firebaseUid'>

/** Refuses unless the operator has at least `role` and the site is one of his. Other sites do not exist for him. */
export function requireSite(operator: Operator, siteId: string, role: Role) {
  if (!operator.siteIds.includes(siteId)) throw new Refusal('not_found', 'There is no such thing at a site of yours.')
  requireRole(operator, role)
}

export function requireRole(operator: Operator, role: Role) {
  if (!atLeast(operator.role, role))
    throw new Refusal('forbidden', `This needs the role ${role}; yours is ${operator.role}.`)
}

/** The sites a list may look at: the one asked for, if it is his, or all of his. */
export function sitesToList(operator: Operator, siteId: string | undefined): string[] {
  if (siteId === undefined) return operator.siteIds
  requireSite(operator, siteId, 'viewer')
  return [siteId]
}

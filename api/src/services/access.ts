import { atLeast, type Role } from '@turnpike/contracts/operator.ts'
import type { View } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../repositories/change.ts'
import type { OperatorRow } from '../repositories/operators.ts'

export type Operator = Pick<OperatorRow, 'id' | 'role' | 'siteIds' | 'firebaseUid'>

/** Who asks, and in which request. */
export type Caller = { operator: Operator; requestId: string }

export function actorOf({ operator, requestId }: Caller): Actor {
  return { kind: 'operator', id: operator.id, requestId }
}

/** Refuses unless the operator has at least `role` and the site is one of his. Other sites do not exist for him. */
export function requireSite(operator: Operator, siteId: string, role: Role) {
  if (!operator.siteIds.includes(siteId)) throw notYours()
  requireRole(operator, role)
}

/**
 * For a thing at several sites: to look at it one of them must be his, to change it all. What concerns every site at once may be
 * seen by everybody and changed by an admin, as may what belongs to no site.
 */
export function requireSites(operator: Operator, siteIds: string[] | 'all', role: Role) {
  if (siteIds === 'all' && role === 'viewer') return
  if (siteIds === 'all' || siteIds.length === 0) return requireRole(operator, 'admin')
  if (!siteIds.some((siteId) => operator.siteIds.includes(siteId))) throw notYours()
  requireRole(operator, role)
  if (role !== 'viewer' && !siteIds.every((siteId) => operator.siteIds.includes(siteId)))
    throw new Refusal('forbidden', 'This concerns sites that are not yours too. Ask somebody who has all of them.')
}

export function requireRole(operator: Operator, role: Role) {
  if (!atLeast(operator.role, role))
    throw new Refusal('forbidden', `This needs the role ${role}; yours is ${operator.role}.`)
}

/** For devices and lanes: what is out of use for good is only looked at. */
export function requireInUse(endedAt: Date | null) {
  if (endedAt !== null) throw new Refusal('conflict', 'This is out of use for good. Make a new one.')
}

/** The sites a list may look at: the one asked for, if it is his, or all of his. */
export function sitesToList(operator: Operator, siteId: string | undefined): string[] {
  if (siteId === undefined) return operator.siteIds
  requireSite(operator, siteId, 'viewer')
  return [siteId]
}

/** What answers show him: his own sites, and plates whole from the role operator on. Viewers see them masked. */
export function viewOf({ siteIds, role }: Operator, now: Date): View {
  return { siteIds, plates: atLeast(role, 'operator'), now }
}

function notYours(): Refusal {
  return new Refusal('not_found', 'There is no such thing at a site of yours.')
}

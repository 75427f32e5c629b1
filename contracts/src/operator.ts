import { z } from 'zod'

/** Roles, weakest first: each may do all that the ones before it may. `admin` has all sites. */
export const roles = ['viewer', 'operator', 'manager', 'admin'] as const
export const role = z.enum(roles)
export type Role = z.infer<typeof role>

/** Whether `actual` may do what needs `needed`. */
export function atLeast(actual: Role, needed: Role): boolean {
  return roles.indexOf(actual) >= roles.indexOf(needed)
}

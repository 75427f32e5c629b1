import { z } from 'zod'
import { changeOf, id, instant, name, newOf, version } from './values.ts'

/** Roles, weakest first: each may do all that the ones before it may. `admin` has all sites. */
export const roles = ['viewer', 'operator', 'manager', 'admin'] as const
export const role = z.enum(roles)
export type Role = z.infer<typeof role>

/** Whether `actual` may do what needs `needed`. */
export function atLeast(actual: Role, needed: Role): boolean {
  return roles.indexOf(actual) >= roles.indexOf(needed)
}

const rights = {
  name,
  role,
  siteIds: z.array(id).max(500).describe('none for an admin, who has all'),
}

export const operatorItem = z.object({
  id,
  version,
  ...rights,
  email: z.string(),
  firebaseUid: z.string(),
  signedInAt: instant.nullable().describe('when he first came with his own account; null for whoever is only invited'),
  disabledAt: instant.nullable(),
})
export type OperatorItem = z.infer<typeof operatorItem>

/** The answer to an invitation. The link sets the first password; hand it to the person it is for. */
export const invitedOperator = operatorItem.extend({ invitationUrl: z.url().describe('shown this once') })
export type InvitedOperator = z.infer<typeof invitedOperator>

export const newOperator = newOf({ email: z.email().max(254).toLowerCase(), ...rights }).meta({
  examples: [
    {
      email: 'kim@parking.example',
      name: 'Kim Sommer',
      role: 'operator',
      siteIds: ['0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10'],
    },
  ],
})
export type NewOperator = z.infer<typeof newOperator>

export const operatorChange = changeOf({ ...rights, disabled: z.boolean() }).meta({
  examples: [{ role: 'manager', changeReason: 'runs the site from now on' }],
})
export type OperatorChange = z.infer<typeof operatorChange>

/** `invited` may sign in and has not done so yet. */
export const operatorState = z.enum(['active', 'invited', 'disabled'])
export type OperatorState = z.infer<typeof operatorState>

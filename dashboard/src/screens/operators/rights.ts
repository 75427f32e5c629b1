import type { OperatorItem, OperatorState } from '@turnpike/contracts/operator.ts'

/** What a form says of an operator. */
export type Rights = Pick<OperatorItem, 'name' | 'role' | 'siteIds'>

/** What is asked of the list; undefined is everything. */
export type Asked = { text: string; state: OperatorState | undefined; siteId: string | undefined }

/** Those with all typed words in their name or e-mail, by name. At a site are those who have it: admins have every one. */
export function find(operators: OperatorItem[], { text, state, siteId }: Asked): OperatorItem[] {
  const words = text.toLocaleLowerCase().split(/\s+/)
  return operators
    .filter(({ name, email }) => words.every((word) => `${name} ${email}`.toLocaleLowerCase().includes(word)))
    .filter((operator) => state === undefined || stateOf(operator) === state)
    .filter(({ role, siteIds }) => siteId === undefined || role === 'admin' || siteIds.includes(siteId))
    .sort((a, b) => a.name.localeCompare(b.name) || a.email.localeCompare(b.email))
}

export function stateOf({ disabledAt, signedInAt }: OperatorItem): OperatorState {
  if (disabledAt !== null) return 'disabled'
  return signedInAt === null ? 'invited' : 'active'
}

/** Whether the API could be asked for them: an admin has all sites, everybody else needs one. */
export function isComplete({ name, role, siteIds }: Rights): boolean {
  return name.trim() !== '' && (role === 'admin' || siteIds.length > 0)
}

/**
 * What to ask for, where somebody has touched a form. A role and sites that were not touched are left out, for they end sessions; those
 * that were touched are asked for again also where they hold already: so sessions end that an earlier answer could not end.
 */
export function changeOf(before: Rights, touched: Partial<Rights>): Partial<Rights> {
  const { name, role, siteIds } = { ...before, ...touched }
  return {
    name: name.trim(),
    ...(touched.role !== undefined && { role }),
    ...(touched.siteIds !== undefined && role !== 'admin' && { siteIds }),
  }
}

import { type AuditItem, auditItem } from '@turnpike/contracts/audit.ts'
import { pageOf } from '@turnpike/contracts/page.ts'
import type { Stack } from '@turnpike/contracts/stack.ts'
import { signIn } from '@turnpike/local/auth-users.ts'
import { expect } from 'vitest'

/** What was recorded at a site since an instant, newest first and at most 200 entries, as a manager gets it from the API. */
export async function auditTrail(stack: Stack, siteId: string, since: Date): Promise<AuditItem[]> {
  const { email, password } = stack.operators.find(({ role }) => role === 'manager')!
  const token = await signIn(stack.auth, email, password)
  const answer = await fetch(`${stack.api}/v1/audit?siteId=${siteId}&limit=200`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { items } = pageOf(auditItem).parse(await answer.json())
  return items.filter(({ at }) => new Date(at) >= since)
}

type Step = Partial<Omit<AuditItem, 'before' | 'after'>> & { after?: object }

/** Matches a trail with an entry for every step, whatever else is in it. */
export function including(...steps: Step[]) {
  return expect.arrayContaining(
    steps.map(({ after, ...step }) =>
      expect.objectContaining({ ...step, ...(after && { after: expect.objectContaining(after) }) }),
    ),
  )
}

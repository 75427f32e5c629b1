import type { OperatorItem, OperatorState } from '@turnpike/contracts/operator.ts'
import type { Page } from '@turnpike/contracts/page.ts'
import { toOperatorItem } from '../domain/items.ts'
import { listOperators } from '../repositories/operators.ts'
import { type PageRequest, toPage } from '../repositories/page.ts'
import { type Caller, requireRole } from './access.ts'
import type { Deps } from './deps.ts'

/** Operators of a site, admins included, or all. */
export async function listOperatorsFor(
  deps: Deps,
  { operator }: Caller,
  { siteId, state }: { siteId?: string | undefined; state?: OperatorState | undefined },
  page: PageRequest,
): Promise<Page<OperatorItem>> {
  requireRole(operator, 'admin')
  return toPage(await listOperators(deps.database.db, { siteId, state }, page), page.limit, toOperatorItem)
}

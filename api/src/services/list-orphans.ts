import type { Page } from '@turnpike/contracts/page.ts'
import type { OrphanItem } from '@turnpike/contracts/payment.ts'
import { toOrphanItem } from '../domain/items.ts'
import { type PageRequest, toPage } from '../repositories/page.ts'
import { listParked } from '../repositories/payments.ts'
import { type Caller, requireRole } from './access.ts'
import type { Deps } from './deps.ts'

/** Notifications that refer to nothing we know. They are of no site: whoever manages one may look whose they are. */
export async function listOrphans(deps: Deps, { operator }: Caller, page: PageRequest): Promise<Page<OrphanItem>> {
  requireRole(operator, 'manager')
  return toPage(await listParked(deps.database.db, page), page.limit, toOrphanItem)
}
